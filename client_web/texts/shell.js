// @ts-check

const en = {
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
  toStart: 'To the start',
};

/** @type {Record<keyof typeof en, string>} */
const ko = {
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
  toStart: '첫 화면으로',
};

export const SHELL = { en, ko };
