// @ts-check
/** From the totals of all sessions to what is drawn: one series a name, of one language. Pure. */

/** @typedef {import('../shapes.js').ProgressEntry} ProgressEntry */
/** @typedef {import('../shapes.js').PageLanguage} PageLanguage */
/** @typedef {{name: string, points: {at: string, value: number}[]}} Series */

const FEWEST = 2;

const CRITERIA = Object.freeze(['relevance', 'star', 'technical', 'specificity', 'ownership', 'fit', 'consistency']);
/** The ones that most people can change come first. */
const MEASURES = Object.freeze(
  ['rate', 'onset', 'fillers', 'mean_run', 'pauses', 'pause_length', 'pitch', 'loudness', 'talk_share', 'interruptions'],
);

/** @param {readonly ProgressEntry[]} entries @returns {PageLanguage[]} in which there is something to compare, the latest first */
export function languages(entries) {
  const found = [...new Set([...entries].reverse().map((entry) => entry.language))];
  return found.filter((language) => entries.filter((entry) => entry.language === language).length >= FEWEST);
}

/**
 * @param {readonly ProgressEntry[]} entries the oldest first
 * @param {PageLanguage} language a rate in syllables is no rate in words
 * @param {string} name "total.content"
 * @returns {Series | null} null: too few to compare
 */
export function series(entries, language, name) {
  const points = entries.flatMap(({ language: spoken, started_at: at, totals }) => {
    const value = totals[name];
    return spoken === language && value !== undefined ? [{ at, value }] : [];
  });
  return points.length < FEWEST ? null : { name, points };
}

/**
 * @param {readonly ProgressEntry[]} entries
 * @param {PageLanguage} language
 * @param {readonly string[]} names
 */
function all(entries, language, names) {
  return names.flatMap((name) => series(entries, language, name) ?? []);
}

/** @param {readonly ProgressEntry[]} entries @param {PageLanguage} language */
export const totals = (entries, language) => all(entries, language, ['total.content', 'total.rules']);

/** @param {readonly ProgressEntry[]} entries @param {PageLanguage} language */
export const measures = (entries, language) => all(entries, language, MEASURES.map((name) => `delivery.${name}`));

/**
 * A judge's levels where there are any, else what the rules counted: never mixed.
 * @param {readonly ProgressEntry[]} entries
 * @param {PageLanguage} language
 * @returns {{judged: boolean, series: Series[]}}
 */
export function criteria(entries, language) {
  const judged = all(entries, language, CRITERIA.map((name) => `content.${name}`));
  if (judged.length > 0) return { judged: true, series: judged };
  return { judged: false, series: all(entries, language, CRITERIA.map((name) => `rules.${name}`)) };
}
