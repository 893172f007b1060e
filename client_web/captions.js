// @ts-check
/** What both sides said, as lines on the screen. Pure: every function returns a new list. */

/**
 * @typedef {object} Caption
 * @property {string} id the conversation item's id
 * @property {'user' | 'assistant'} role
 * @property {string} stable text that will not change any more
 * @property {string} tail text that may still change
 * @property {boolean} final
 * @property {boolean} cut the user broke in: not all of it was heard
 */

/** Older lines leave the page; the server has them all. */
const MOST_CAPTIONS = 400;

/**
 * @param {readonly Caption[]} captions
 * @param {string} id
 * @returns {Caption | undefined}
 */
export function find(captions, id) {
  return captions.find((caption) => caption.id === id);
}

/**
 * Changes the line with this id, or adds it at the end.
 * @param {readonly Caption[]} captions
 * @param {{id: string, role: Caption['role']}} key
 * @param {(caption: Caption) => Partial<Caption>} change
 * @returns {readonly Caption[]}
 */
export function upsert(captions, { id, role }, change) {
  const old = find(captions, id);
  if (old !== undefined) {
    return captions.map((caption) => (caption === old ? { ...old, ...change(old) } : caption));
  }
  /** @type {Caption} */
  const fresh = { id, role, stable: '', tail: '', final: false, cut: false };
  return [...captions, { ...fresh, ...change(fresh) }].slice(-MOST_CAPTIONS);
}

/**
 * Changes the line if it is there.
 * @param {readonly Caption[]} captions
 * @param {string} id
 * @param {Partial<Caption>} change
 * @returns {readonly Caption[]}
 */
export function update(captions, id, change) {
  return captions.map((caption) => (caption.id === id ? { ...caption, ...change } : caption));
}

/**
 * @param {readonly Caption[]} captions
 * @param {string} id
 * @returns {readonly Caption[]}
 */
export function remove(captions, id) {
  return captions.filter((caption) => caption.id !== id);
}

/**
 * @param {Caption} caption
 * @returns {boolean} whether there is anything to show
 */
export function hasText(caption) {
  return (caption.stable + caption.tail).trim() !== '';
}
