// @ts-check
/** The report's parts as a list that leads to them, and shows in which of them one is. */

import { icon } from '../components.js';
import { el } from '../dom.js';

/** @typedef {import('../texts.js').Say} Say */

/** The part that is across this strip of the window is the one being read. */
const STRIP = '-15% 0px -80% 0px';

/** @param {Say} t @param {readonly HTMLElement[]} sections @param {AbortSignal} signal */
export function contents(t, sections, signal) {
  const entries = new Map(sections.map((section) => [/** @type {Element} */ (section), entry(section)]));
  const watch = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) entries.get(target)?.setAttribute('aria-current', String(isIntersecting));
  }, { rootMargin: STRIP });
  for (const section of sections) watch.observe(section);
  signal.addEventListener('abort', () => watch.disconnect());
  const back = el('a', { href: '#/history', class: 'back' }, icon('back'), t('back'));
  const items = [...entries.values()].map((button) => el('li', {}, button));
  return el('nav', { class: 'contents', 'aria-label': t('contents') }, back, el('ol', {}, items));
}

/** @param {HTMLElement} section */
function entry(section) {
  const title = section.querySelector('h2');
  const go = () => {
    title?.scrollIntoView({ block: 'start' });
    title?.focus({ preventScroll: true });
  };
  return el('button', { type: 'button', on: { click: go } }, title?.textContent ?? '');
}
