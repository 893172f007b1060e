// @ts-check
/** What the candidate ought to know while it goes on: lines above the figure. */

import { button, notice } from '../components.js';

/**
 * @param {import('./state.js').Interview} state
 * @param {import('../texts.js').Say} t
 * @param {import('./view.js').ViewActions} actions
 * @returns {[name: string, make: () => HTMLElement][]} one of a name is never made twice
 */
export function banners(state, t, actions) {
  const closeLabel = t('close');
  /** @type {[string, () => HTMLElement][]} */
  const rows = [];
  if (state.micAway) {
    const action = () => button(t('micAgain'), { class: 'small', onClick: actions.useMicrophone });
    rows.push(['mic-away', () => notice('bad', t('micAway'), { action: action() })]);
  } else if (state.talk.micSilent) rows.push(['mic-silent', () => notice('warn', t('mic-silent'))]);
  if (state.lostWordsS >= 1) {
    const seconds = Math.round(state.lostWordsS);
    rows.push([`gap ${seconds}`, () => notice('warn', t('gap', { seconds }), { onClose: actions.closeGap, closeLabel })]);
  }
  for (const { id, code, message } of state.talk.notices) {
    const onClose = () => actions.closeNotice(id);
    rows.push([`notice ${id}`, () => notice('info', t(`notice-${code}`) || message, { onClose, closeLabel })]);
  }
  return rows;
}
