// @ts-check

/** @type {typeof import('../en/talk.js').texts} */
export const texts = {
  title: '자유 대화',
  interviewLanguage: '대화 언어',
  korean: '한국어',
  english: '영어',
  start: '대화 시작하기',
  startHint: '브라우저가 마이크 사용을 물어봅니다. 허용한 뒤에는 말씀만 하시면 됩니다.',
  again: '다시 대화하기',
  reconnect: '다시 연결하기',
  retry: '다시 시도하기',
  stop: '대화 끝내기',
  'phase-idle': '가볍게 말문을 열어 보세요',
  'phase-ended': '대화가 끝났습니다',
  'hint-idle': '말씀하신 내용에 대해 면접관이 묻습니다. 서류도 계획도 리포트도 없고, 아무것도 보관하지 않습니다.',
  'hint-ended': '나눈 대화는 이 페이지를 닫기 전까지 남아 있습니다.',
};
