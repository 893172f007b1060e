// @ts-check
/** What can be chosen of an interview, what was chosen last, and what of it the server is asked for. Pure but for storage. */

/** @typedef {import('../texts.js').PageLanguage} PageLanguage */
/** @typedef {{kind: string, minutes: number, difficulty: string, language: PageLanguage, interviewers: number, pressure: boolean}} Choices */

export const KINDS = Object.freeze(
  ['mixed', 'self_introduction', 'behavioural', 'technical', 'project', 'presentation', 'pressure', 'debate', 'english'],
);
export const MINUTES = Object.freeze([5, 10, 20, 30, 45]);
export const DIFFICULTIES = Object.freeze(['easy', 'normal', 'hard']);
export const INTERVIEWERS = Object.freeze([1, 2, 3]);

const KEY = 'moui.choices';
const MOST_SEED = 2 ** 31;

/**
 * @param {any} kept of whatever shape
 * @param {PageLanguage} language where none was chosen
 * @returns {Choices}
 */
export function checked(kept, language) {
  /** @template T @param {readonly T[]} allowed @param {unknown} value @param {T} other */
  const one = (allowed, value, other) => (allowed.includes(/** @type {T} */ (value)) ? /** @type {T} */ (value) : other);
  return {
    kind: one(KINDS, kept?.kind, 'mixed'),
    minutes: one(MINUTES, kept?.minutes, 20),
    difficulty: one(DIFFICULTIES, kept?.difficulty, 'normal'),
    language: one(/** @type {PageLanguage[]} */ (['ko', 'en']), kept?.language, language),
    interviewers: one(INTERVIEWERS, kept?.interviewers, 1),
    pressure: false, // is agreed to anew every time
  };
}

/** An English interview is held in English, whatever else was chosen. @param {Choices} choices @returns {PageLanguage} */
export const spoken = (choices) => (choices.kind === 'english' ? 'en' : choices.language);

/** @param {Choices} choices @returns {boolean} only to be held if agreed to, and was not */
export const needsConsent = (choices) => choices.kind === 'pressure' && !choices.pressure;

/**
 * @param {Choices} choices
 * @param {string | null} voice
 * @param {number} random in [0, 1): another interview each time
 */
export function requestOf(choices, voice, random) {
  return { ...choices, language: spoken(choices), voice, seed: Math.floor(random * MOST_SEED) };
}

/** @param {Storage} storage @param {PageLanguage} language */
export function keptChoices(storage, language) {
  try {
    return checked(JSON.parse(storage.getItem(KEY) ?? 'null'), language);
  } catch {
    return checked(null, language);
  }
}

/** @param {Storage} storage @param {Choices} choices */
export function keepChoices(storage, choices) {
  storage.setItem(KEY, JSON.stringify(choices));
}
