// @ts-check
/** Which key does what in an interview. Pure. */

/** @typedef {'mute' | 'repeat' | 'skip' | 'pause' | 'captions' | 'notes' | 'push' | 'end' | 'help'} Action */

/** By the place on the keyboard, so that they work with a Korean layout, too. */
const ACTIONS = /** @type {Record<string, Action>} */ ({
  KeyM: 'mute',
  KeyR: 'repeat',
  KeyS: 'skip',
  KeyP: 'pause',
  KeyC: 'captions',
  KeyN: 'notes',
  KeyT: 'push',
  KeyE: 'end',
});

/**
 * @typedef {object} Key
 * @property {string} code
 * @property {string} key
 * @property {boolean} ctrlKey
 * @property {boolean} altKey
 * @property {boolean} metaKey
 * @property {boolean} repeat
 * @property {boolean} [isComposing]
 */

/**
 * @param {Key} key
 * @param {boolean} typing the focus is where text is written
 * @returns {Action | null}
 */
export function actionOf(key, typing) {
  if (typing || key.ctrlKey || key.altKey || key.metaKey || key.repeat || key.isComposing === true) return null;
  if (key.key === '?') return 'help';
  return Object.hasOwn(ACTIONS, key.code) ? ACTIONS[key.code] ?? null : null;
}

/**
 * Is the focus where letters are text, or where the space bar presses something?
 * @param {{tagName?: string, isContentEditable?: boolean, type?: string} | null} target
 * @returns {{typing: boolean, pressing: boolean}}
 */
export function focusOf(target) {
  const tag = target?.tagName?.toLowerCase() ?? '';
  const typing = tag === 'textarea' || tag === 'select' || target?.isContentEditable === true
    || (tag === 'input' && !['checkbox', 'radio', 'button', 'range'].includes(target?.type ?? 'text'));
  return { typing, pressing: typing || ['button', 'a', 'summary', 'input'].includes(tag) };
}
