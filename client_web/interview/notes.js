// @ts-check
/** The candidate's own notes: they never leave this browser. */

const PREFIX = 'moui.notes.';
const MOST_LETTERS = 20_000;

/** @param {string} id of the interview */
export function readNotes(id) {
  return localStorage.getItem(PREFIX + id) ?? '';
}

/**
 * @param {string} id
 * @param {string} text
 */
export function writeNotes(id, text) {
  if (text === '') localStorage.removeItem(PREFIX + id);
  else localStorage.setItem(PREFIX + id, text.slice(0, MOST_LETTERS));
}

/** @param {string} [id] without it: those of all interviews */
export function forgetNotes(id) {
  const keys = id === undefined ? Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)) : [PREFIX + id];
  for (const key of keys) localStorage.removeItem(key);
}
