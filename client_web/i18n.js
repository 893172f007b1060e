// @ts-check
/** Every word on the page, in both languages. Texts only ever go through textContent. */

/** @typedef {keyof typeof ENGLISH} Key */

const ENGLISH = {
  title: 'moui · spoken mock interview',
  interviewLanguage: 'Interview language',
  korean: 'Korean',
  english: 'English',
  pageLanguage: '한국어로 보기',
  start: 'Start the interview',
  startHint: 'Your browser will ask for the microphone. After that, just talk.',
  again: 'Start a new interview',
  reconnect: 'Reconnect',
  retry: 'Try again',
  stop: 'End the interview',
  close: 'Close this message',
  captions: 'Captions',
  you: 'You',
  interviewer: 'Interviewer',
  interrupted: 'interrupted',
  level: 'Microphone level',
  latest: 'Latest',

  'phase-idle': 'Practise your interview out loud',
  'phase-connecting': 'Connecting',
  'phase-loading': 'Loading the models',
  'phase-queued': 'In line',
  'phase-listening': 'Your turn',
  'phase-hearing': 'Listening',
  'phase-thinking': 'Thinking',
  'phase-speaking': 'Interviewer speaking',
  'phase-held': 'Go on, I’m listening',
  'phase-error': 'Something is in the way',
  'phase-ended': 'Interview ended',

  'hint-idle': 'An interviewer asks, you answer. No typing, no buttons.',
  'hint-connecting': 'One moment.',
  'hint-loading': 'The first start takes a few seconds.',
  'hint-queued': 'moui is talking to others. You are number {place} in line; it begins by itself.',
  'hint-listening': 'Take your time, and just speak.',
  'hint-hearing': 'A short pause is fine.',
  'hint-thinking': '',
  'hint-speaking': 'You can break in at any time.',
  'hint-ended': 'What was said stays on this page until you leave it.',

  'notice-crowded': 'More people are talking than this machine can answer in time: answers come later than usual.',

  'mic-silent': 'Nothing comes from your microphone. Check that it is switched on and not muted, and that the right one is chosen in your browser.',
  'no-voice': 'No voice for this language is installed, so the interviewer’s questions will appear as text only.',
  'rough-voice': 'Only a basic robot-like voice is available for this language.',

  'private-all': 'Private: your voice and every word stay on this computer.',
  'private-here': 'Your voice itself stays on this computer.',
  'private-there': 'Your voice is processed by the moui server at {host}.',
  'leaves-model': 'But the text of the conversation is sent to the model at {model}.',
  'leaves-voice': 'But what the interviewer says is sent, as text, to the cloud voice “{voice}”.',

  'problem-insecure': 'This page may not use a microphone here',
  'help-insecure': 'Browsers allow the microphone only on localhost or over https. Open http://localhost with the same port on the computer that runs moui, or put https in front of it.',
  'problem-mic-refused': 'The microphone was refused',
  'help-mic-refused': 'Click the microphone or lock symbol in the address bar, allow the microphone for this page, then try again. If your system has a privacy setting for microphones, allow your browser there too.',
  'problem-mic-missing': 'No microphone was found',
  'help-mic-missing': 'Plug in a headset or microphone, wait a moment, then try again.',
  'problem-mic-busy': 'The microphone is in use',
  'help-mic-busy': 'Another program seems to hold it. Close video calls and recorders, then try again.',
  'problem-mic-failed': 'The microphone could not be opened',
  'help-mic-failed': 'Unplug it and plug it in again, or choose another one in your browser’s settings, then try again.',
  'problem-mic-lost': 'The microphone went away',
  'help-mic-lost': 'It was unplugged or switched off. Connect it again, then go on where you were.',
  'problem-audio-failed': 'Sound could not be played',
  'help-audio-failed': 'Check that a speaker or headset is connected, then try again. moui needs a current Chrome, Edge, Firefox or Safari.',
  'problem-server-unreachable': 'moui is not answering',
  'help-server-unreachable': 'Check that it is still running in its terminal window, then try again.',
  'problem-models-failed': 'The models could not be loaded',
  'help-models-failed': 'Look at the terminal window of moui, or run “moui doctor” there.',
  'problem-mismatch': 'This page and moui do not understand each other',
  'help-mismatch': 'Reload the page; if that does not help, start moui again.',
  'problem-lost': 'The connection was lost',
  'help-lost': 'Your conversation up to here is kept. Reconnect and go on where you were.',
  'problem-busy': 'All seats are taken',
  'help-busy': 'moui is already talking to as many as it can answer in time. Close other windows of it, or try again in a few minutes.',
  'problem-refused': 'moui did not let this page in',
  'help-refused': 'Open the address exactly as moui printed it in its terminal window, including the token if there is one.',
};

/** @type {Record<Key, string>} */
const KOREAN = {
  title: 'moui · 말로 하는 모의 면접',
  interviewLanguage: '면접 언어',
  korean: '한국어',
  english: '영어',
  pageLanguage: 'View in English',
  start: '면접 시작하기',
  startHint: '브라우저가 마이크 사용을 물어봅니다. 허용한 뒤에는 말씀만 하시면 됩니다.',
  again: '새 면접 시작하기',
  reconnect: '다시 연결하기',
  retry: '다시 시도하기',
  stop: '면접 끝내기',
  close: '알림 닫기',
  captions: '자막',
  you: '나',
  interviewer: '면접관',
  interrupted: '말이 끊김',
  level: '마이크 음량',
  latest: '최신 자막',

  'phase-idle': '소리 내어 면접을 연습하세요',
  'phase-connecting': '연결하고 있어요',
  'phase-loading': '모델을 불러오고 있어요',
  'phase-queued': '순서를 기다리고 있어요',
  'phase-listening': '말씀하세요',
  'phase-hearing': '듣고 있어요',
  'phase-thinking': '생각하고 있어요',
  'phase-speaking': '면접관이 말하고 있어요',
  'phase-held': '네, 말씀하세요',
  'phase-error': '문제가 생겼어요',
  'phase-ended': '면접이 끝났어요',

  'hint-idle': '면접관의 질문에 말로 답하면 됩니다. 누를 것도 쓸 것도 없습니다.',
  'hint-connecting': '잠시만 기다려 주세요.',
  'hint-loading': '처음 시작할 때는 몇 초 걸립니다.',
  'hint-queued': '다른 분들과 대화하고 있습니다. {place}번째 순서이며, 차례가 되면 저절로 시작됩니다.',
  'hint-listening': '서두르지 말고 편하게 답하세요.',
  'hint-hearing': '잠깐 멈추셔도 기다립니다.',
  'hint-thinking': '',
  'hint-speaking': '언제든지 끼어드셔도 됩니다.',
  'hint-ended': '나눈 대화는 이 페이지를 닫기 전까지 남아 있습니다.',

  'notice-crowded': '이 컴퓨터가 제때 답할 수 있는 것보다 많은 분이 대화하고 있어, 답이 평소보다 늦습니다.',

  'mic-silent': '마이크에서 아무 소리도 들어오지 않습니다. 마이크가 켜져 있는지, 음소거는 아닌지, 브라우저에서 맞는 마이크를 골랐는지 확인해 주세요.',
  'no-voice': '이 언어의 음성이 설치되어 있지 않아 면접관의 질문은 글로만 보입니다.',
  'rough-voice': '이 언어는 기계음에 가까운 기본 음성만 쓸 수 있습니다.',

  'private-all': '비공개: 목소리와 대화 내용은 모두 이 컴퓨터 안에만 있습니다.',
  'private-here': '목소리는 이 컴퓨터 밖으로 나가지 않습니다.',
  'private-there': '목소리는 {host} 의 moui 서버에서 처리됩니다.',
  'leaves-model': '다만 대화 내용이 글로 {model} 의 모델에 전송됩니다.',
  'leaves-voice': '다만 면접관의 말이 글로 클라우드 음성 “{voice}”에 전송됩니다.',

  'problem-insecure': '여기서는 마이크를 쓸 수 없습니다',
  'help-insecure': '브라우저는 localhost나 https에서만 마이크를 허용합니다. moui를 실행한 컴퓨터에서 같은 포트의 http://localhost 로 열거나, https를 앞에 두세요.',
  'problem-mic-refused': '마이크 사용이 거부되었습니다',
  'help-mic-refused': '주소창의 마이크 또는 자물쇠 아이콘을 눌러 이 페이지에 마이크를 허용한 뒤 다시 시도해 주세요. 운영체제의 마이크 개인정보 설정에서도 브라우저를 허용해야 할 수 있습니다.',
  'problem-mic-missing': '마이크를 찾지 못했습니다',
  'help-mic-missing': '헤드셋이나 마이크를 연결하고 잠시 기다린 뒤 다시 시도해 주세요.',
  'problem-mic-busy': '마이크를 다른 프로그램이 쓰고 있습니다',
  'help-mic-busy': '화상 회의나 녹음 프로그램을 닫고 다시 시도해 주세요.',
  'problem-mic-failed': '마이크를 열 수 없습니다',
  'help-mic-failed': '마이크를 뺐다가 다시 연결하거나 브라우저 설정에서 다른 마이크를 고른 뒤 다시 시도해 주세요.',
  'problem-mic-lost': '마이크 연결이 끊어졌습니다',
  'help-mic-lost': '마이크가 빠졌거나 꺼졌습니다. 다시 연결하면 하던 곳에서 이어집니다.',
  'problem-audio-failed': '소리를 낼 수 없습니다',
  'help-audio-failed': '스피커나 헤드셋이 연결되어 있는지 확인한 뒤 다시 시도해 주세요. 최신 Chrome, Edge, Firefox, Safari가 필요합니다.',
  'problem-server-unreachable': 'moui가 응답하지 않습니다',
  'help-server-unreachable': '터미널 창에서 moui가 실행 중인지 확인한 뒤 다시 시도해 주세요.',
  'problem-models-failed': '모델을 불러오지 못했습니다',
  'help-models-failed': 'moui를 실행한 터미널 창을 확인하거나 거기서 “moui doctor”를 실행해 보세요.',
  'problem-mismatch': '이 페이지와 moui의 버전이 맞지 않습니다',
  'help-mismatch': '페이지를 새로 고치고, 그래도 안 되면 moui를 다시 시작해 주세요.',
  'problem-lost': '연결이 끊어졌습니다',
  'help-lost': '지금까지의 대화는 남아 있습니다. 다시 연결하면 하던 곳에서 이어집니다.',
  'problem-busy': '빈자리가 없습니다',
  'help-busy': 'moui가 제때 답할 수 있는 만큼 이미 대화하고 있습니다. 다른 창을 닫거나 몇 분 뒤에 다시 시도해 주세요.',
  'problem-refused': 'moui가 이 페이지의 접속을 받지 않았습니다',
  'help-refused': 'moui가 터미널 창에 표시한 주소를 토큰까지 그대로 열어 주세요.',
};

export const TEXTS = { en: ENGLISH, ko: KOREAN };

/**
 * @param {readonly string[]} preferred the browser's languages, best first
 * @param {string | null} wanted from `?lang=`
 * @returns {'ko' | 'en'}
 */
export function chooseLanguage(preferred, wanted) {
  for (const tag of [wanted ?? '', ...preferred]) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'ko' || language === 'en') return language;
  }
  return 'en';
}

/**
 * @param {'ko' | 'en'} language
 * @param {string} key
 * @param {Record<string, string>} [values] for the {names} in the text
 * @returns {string} '' where there is no such text
 */
export function text(language, key, values = {}) {
  const texts = /** @type {Record<string, string>} */ (TEXTS[language]);
  const found = Object.hasOwn(texts, key) ? texts[key] ?? '' : '';
  return found.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
