// @ts-check
/** Where in the preparation one is. */

import { el } from '../dom.js';

/** @param {import('../texts.js').Say} t @param {1 | 2} now documents and choices are one page, the plan is the next */
export function steps(t, now) {
  const names = [t('step-documents'), t('step-choices'), t('step-plan')];
  const here = (/** @type {number} */ index) => (now === 1 ? index < 2 : index === 2);
  return el(
    'ol',
    { class: 'steps' },
    names.map((name, index) => el('li', { class: here(index) ? 'here' : '', 'aria-current': here(index) ? 'step' : null }, name)),
  );
}
