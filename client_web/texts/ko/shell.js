// @ts-check

/** @type {typeof import('../en/shell.js').texts} */
export const texts = {
  title: 'moui · 말로 하는 모의 면접',
  skip: '본문으로 건너뛰기',
  home: 'moui, 첫 화면으로',
  nav: '페이지',
  practise: '연습',
  history: '기록',
  settings: '설정',
  otherLanguage: 'English',
  viewInOther: 'View in English',
  close: '알림 닫기',
  broken: '페이지를 표시하지 못했습니다',
  again: '다시 시도하기',
  missing: '찾으시는 페이지가 없습니다',
  missingText: '주소가 잘못되었거나, 여기 있던 것이 지워졌을 수 있습니다.',
  toStart: '첫 화면으로',

  'private-all': '비공개: 목소리와 대화 내용은 모두 이 컴퓨터 안에만 있습니다.',
  'private-here': '목소리는 이 컴퓨터 밖으로 나가지 않습니다.',
  'private-there': '목소리는 {host} 의 moui 서버에서 처리됩니다.',
  'leaves-model': '다만 대화 내용이 글로 {model} 의 모델에 전송됩니다.',
  'leaves-voice': '다만 면접관의 말이 클라우드 음성 “{voice}”를 위해 글로 {company}에 전송됩니다.',
};
