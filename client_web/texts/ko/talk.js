// @ts-check

/** @type {typeof import('../en/talk.js').texts} */
export const texts = {
  title: '자유 대화',
  interviewLanguage: '면접 언어',
  korean: '한국어',
  english: '영어',
  start: '면접 시작하기',
  startHint: '브라우저가 마이크 사용을 물어봅니다. 허용한 뒤에는 말씀만 하시면 됩니다.',
  again: '새 면접 시작하기',
  reconnect: '다시 연결하기',
  retry: '다시 시도하기',
  stop: '면접 끝내기',
  'phase-idle': '소리 내어 면접을 연습하세요',
  'phase-ended': '면접이 끝났어요',
  'hint-idle': '면접관의 질문에 말로 답하면 됩니다. 누를 것도 쓸 것도 없습니다.',
  'hint-ended': '나눈 대화는 이 페이지를 닫기 전까지 남아 있습니다.',
};
