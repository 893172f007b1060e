// @ts-check
/** Which letters of a turn were heard when: for following the transcript while it plays. Pure. */

/** @typedef {import('../shapes.js').HeardWord} HeardWord */
/** @typedef {{start: number, end: number, from: number, to: number}} Place letters [start, end), samples [from, to) */
/** @typedef {{text: string, element: string, place: number | null}} Piece `place`: which word it is, `element`: its mark */

/**
 * Words in the order they were heard, found again in the text one after the other. A word that the text does not have
 * (it was cut, or spelt differently) is left out; the next is searched from where the last one ended.
 * @param {string} text
 * @param {readonly HeardWord[]} words
 * @returns {Place[]}
 */
export function places(text, words) {
  /** @type {Place[]} */
  const found = [];
  let at = 0;
  for (const word of words) {
    const wanted = word.text.trim();
    if (wanted === '') continue;
    const start = text.indexOf(wanted, at);
    if (start < 0) continue;
    at = start + wanted.length;
    found.push({ start, end: at, from: word.start_sample, to: word.end_sample });
  }
  return found;
}

/**
 * @param {readonly Place[]} all
 * @param {number} sample
 * @returns {number} the word that is being said, or was said last; -1 before the first
 */
export function wordAt(all, sample) {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {Place} */ (all[middle]).from <= sample) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The text cut wherever a word or a mark begins or ends, so that each piece is one word or none, and has one mark or none.
 * @param {string} text
 * @param {readonly Place[]} words
 * @param {readonly {element: string, start: number, end: number}[]} marks
 * @returns {Piece[]} which joined are the text again
 */
export function pieces(text, words, marks) {
  const cuts = new Set([0, text.length]);
  for (const { start, end } of [...words, ...marks]) {
    cuts.add(Math.min(start, text.length));
    cuts.add(Math.min(end, text.length));
  }
  const edges = [...cuts].sort((a, b) => a - b);
  /** @type {Piece[]} */
  const cut = [];
  let word = 0;
  for (const [index, start] of edges.entries()) {
    const end = edges[index + 1];
    if (end === undefined) break;
    while (word < words.length && /** @type {Place} */ (words[word]).end <= start) word += 1;
    const inWord = word < words.length && /** @type {Place} */ (words[word]).start <= start;
    const mark = marks.find((each) => each.start <= start && start < each.end);
    cut.push({ text: text.slice(start, end), element: mark?.element ?? '', place: inWord ? word : null });
  }
  return cut;
}
