// @ts-check

export const texts = {
  title: 'Free talk',
  interviewLanguage: 'Interview language',
  korean: 'Korean',
  english: 'English',
  start: 'Start the interview',
  startHint: 'Your browser will ask for the microphone. After that, just talk.',
  again: 'Start a new interview',
  reconnect: 'Reconnect',
  retry: 'Try again',
  stop: 'End the interview',
  'phase-idle': 'Practise your interview out loud',
  'phase-ended': 'Interview ended',
  'hint-idle': 'An interviewer asks, you answer. No typing, no buttons.',
  'hint-ended': 'What was said stays on this page until you leave it.',
};
