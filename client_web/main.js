// @ts-check
/** The shell around every page: its words, its line about privacy, what is said aloud, and the router. */

import { useLanguage } from './api.js';
import { button, notice } from './components.js';
import { el, element, setText } from './dom.js';
import { preferences, watchPreferences } from './preferences.js';
import { privacySentences } from './privacy.js';
import { Router } from './router.js';
import { watchStatus } from './status-watch.js';
import { loadTexts, pageLanguage, rememberLanguage, textOf } from './texts.js';

/** @typedef {import('./texts.js').PageLanguage} PageLanguage */

let language = pageLanguage();
/** What the page says it is spoken in; null: what was chosen in the settings. @type {PageLanguage | null} */
let interviewLanguage = null;
/** @type {import('./status.js').Status | null} */
let status = null;

const router = new Router({
  main: element('page'),
  language: () => language,
  context: { say, alert, interviewIn },
  onShow,
  onBroken,
});

/** @param {string} text */
function say(text) {
  const live = element('live');
  live.textContent = '';
  // The same sentence again is only heard if the region was empty in between.
  setTimeout(() => setText(live, text), 50);
}

/** @param {string} text */
function alert(text) {
  const alerts = element('alerts');
  const shell = textOf('shell', language);
  const box = notice('bad', text, { onClose: () => clear(), closeLabel: shell('close') });
  const clear = () => {
    box.remove();
    alerts.hidden = alerts.childElementCount === 0;
  };
  alerts.replaceChildren(box);
  alerts.hidden = false;
}

/** @param {PageLanguage | null} spoken */
function interviewIn(spoken) {
  interviewLanguage = spoken;
  renderPrivacy();
}

/**
 * @param {string} name
 * @param {import('./router.js').Page} page
 * @param {string} title
 */
function onShow(name, page, title) {
  document.title = title === '' ? textOf('shell', language)('title') : `${title} · moui`;
  document.documentElement.dataset.page = name;
  document.documentElement.dataset.quiet = String(page.quiet === true);
  element('alerts').replaceChildren();
  element('alerts').hidden = true;
  interviewIn(null);
  for (const link of document.querySelectorAll('header nav a')) {
    const here = link.getAttribute('href') === `#/${name}`;
    if (here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

/**
 * @param {HTMLElement} root
 * @param {unknown} error
 * @param {() => void} again
 */
function onBroken(root, error, again) {
  console.error('moui:', error);
  const shell = textOf('shell', language);
  const message = error instanceof Error ? error.message : '';
  root.replaceChildren(
    el('h1', {}, shell('broken')),
    el('p', { class: 'lead' }, message),
    el('p', {}, button(shell('again'), { kind: 'primary', onClick: again })),
  );
}

function relabel() {
  const shell = textOf('shell', language);
  document.documentElement.lang = language;
  useLanguage(language);
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = shell(node.getAttribute('data-text') ?? '');
  for (const node of document.querySelectorAll('[data-label]')) {
    node.setAttribute('aria-label', shell(node.getAttribute('data-label') ?? ''));
  }
  const other = element('page-language');
  other.textContent = shell('otherLanguage');
  other.lang = language === 'ko' ? 'en' : 'ko';
  other.setAttribute('aria-label', shell('viewInOther'));
  renderPrivacy();
}

function renderPrivacy() {
  const line = element('privacy');
  line.hidden = status === null;
  if (status === null) return;
  const chosen = preferences();
  const spoken = interviewLanguage ?? chosen.interviewLanguage ?? language;
  const shell = textOf('shell', language);
  const { sentences, outside } = privacySentences(status, spoken, chosen.voices[spoken], shell, location);
  setText(element('privacy-text'), sentences.join(' '));
  line.dataset.outside = String(outside);
}

/** @param {PageLanguage} wanted */
async function speak(wanted) {
  await loadTexts(['shell'], wanted);
  if (wanted === language) return;
  language = wanted;
  rememberLanguage(language);
  relabel();
  await router.relabel();
}

await loadTexts(['shell'], language);
element('page-language').addEventListener('click', () => {
  speak(language === 'ko' ? 'en' : 'ko').catch((error) => console.warn('moui: no texts in that language', error));
});
element('skip').addEventListener('click', (event) => {
  event.preventDefault();
  element('page').focus();
});
relabel();
void router.show();
watchPreferences(renderPrivacy);
watchStatus((found) => {
  status = found;
  renderPrivacy();
});
