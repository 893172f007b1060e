// @ts-check
/** Wires the page: state, view, and the one conversation that can be going on. */

import { Call } from './call.js';
import { chooseLanguage } from './i18n.js';
import { needle, smooth } from './meter.js';
import { fetchStatus } from './server.js';
import { inCall, initialState, reduce } from './session.js';
import { canResume, View } from './view.js';

/** Status is asked for again this often while it is not known or not ready. */
const POLL_MS = 2000;

const wanted = new URLSearchParams(location.search).get('lang');
let pageLanguage = chooseLanguage(navigator.languages, wanted);
let state = initialState(pageLanguage);
/** @type {Call | null} */
let call = null;
let shownMicrophone = 0;
let shownVoice = 0;

const view = new View((id) => dispatch({ type: 'local.notice-closed', id }));

/** @param {import('./session.js').Event} event */
function dispatch(event) {
  const next = reduce(state, event);
  if (next === state) return;
  state = next;
  view.render(state, pageLanguage);
}

function start() {
  if (inCall(state)) return;
  const resume = canResume(state);
  dispatch({ type: 'local.start', resume });
  call = new Call({
    dispatch,
    language: state.language,
    history: state.captions,
    usersTurn: () => state.phase === 'listening',
  });
  void call.start();
  requestAnimationFrame(animate);
  document.getElementById('stop')?.focus();
}

function stop() {
  call?.stop();
  dispatch({ type: 'local.stop' });
  document.getElementById('start')?.focus();
}

function animate() {
  const talking = inCall(state);
  shownMicrophone = talking ? smooth(shownMicrophone, call?.micNeedle ?? 0) : 0;
  shownVoice = talking ? smooth(shownVoice, needle(call?.voiceLevel() ?? 0)) : 0;
  view.levels(shownMicrophone, shownVoice);
  if (talking) requestAnimationFrame(animate);
}

function switchPageLanguage() {
  pageLanguage = pageLanguage === 'ko' ? 'en' : 'ko';
  const address = new URL(location.href);
  address.searchParams.set('lang', pageLanguage);
  history.replaceState(null, '', address);
  view.render(state, pageLanguage);
}

/** Before the first click the page already says what stays on this computer. A conversation polls for itself. */
async function watchStatus() {
  while (state.status?.ready !== true) {
    if (!inCall(state)) {
      try {
        dispatch({ type: 'local.status', status: await fetchStatus() });
      } catch (error) {
        console.info('moui: no status yet', error);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

document.getElementById('start')?.addEventListener('click', start);
document.getElementById('stop')?.addEventListener('click', stop);
document.getElementById('page-language')?.addEventListener('click', switchPageLanguage);
for (const radio of document.querySelectorAll('input[name="language"]')) {
  radio.addEventListener('change', () => {
    if (radio instanceof HTMLInputElement) dispatch({ type: 'local.language', language: radio.value });
  });
}
addEventListener('pagehide', () => call?.stop());
view.render(state, pageLanguage);
void watchStatus();

// What a bug report (and a test) wants to know; nothing here changes anything.
Object.defineProperty(globalThis, 'moui', {
  value: Object.freeze({ state: () => state, stats: () => ({ ...call?.stats }) }),
});
