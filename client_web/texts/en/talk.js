// @ts-check

export const texts = {
  title: 'Free talk',
  interviewLanguage: 'Spoken language',
  korean: 'Korean',
  english: 'English',
  start: 'Start talking',
  startHint: 'Your browser will ask for the microphone. After that, just talk.',
  again: 'Talk again',
  reconnect: 'Reconnect',
  retry: 'Try again',
  stop: 'End the talk',
  'phase-idle': 'Just talk, to warm up',
  'phase-ended': 'The talk has ended',
  'hint-idle': 'The interviewer asks about whatever you say. No documents, no plan, no report: nothing is kept.',
  'hint-ended': 'What was said stays on this page until you leave it.',
};
