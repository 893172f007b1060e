// @ts-check

export const texts = {
  title: 'moui · spoken mock interview',
  skip: 'Skip to the page',
  home: 'moui, to the start',
  nav: 'Pages',
  practise: 'Practise',
  history: 'History',
  settings: 'Settings',
  otherLanguage: '한국어',
  viewInOther: '한국어 화면으로 보기',
  close: 'Close this message',
  broken: 'This page could not be shown',
  again: 'Try again',
  missing: 'There is no such page',
  missingText: 'The address may have been mistyped, or what was here has been deleted.',
  toStart: 'To the start',

  'private-all': 'Private: your voice and every word stay on this computer.',
  'private-here': 'Your voice itself stays on this computer.',
  'private-there': 'Your voice is processed by the moui server at {host}.',
  'leaves-model': 'But the text of the conversation is sent to the model at {model}.',
  'leaves-voice': 'But what the interviewer says is sent, as text, to {company}, for the cloud voice “{voice}”.',
};
