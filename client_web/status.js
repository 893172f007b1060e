// @ts-check
/** What the server says about itself at /api/status, reduced to what the page shows. Pure. */

/**
 * @typedef {{id: string, language: string, engine: string, name: string, local: boolean, last_resort: boolean}} Voice
 * @typedef {object} Status
 * @property {boolean} ready models are loaded: one can talk
 * @property {readonly Voice[]} voices best first
 * @property {string | null} failed why the models cannot be loaded, in words
 * @property {string | null} remoteModel the address of a language model on another machine
 */

/**
 * @param {any} json
 * @returns {Status}
 */
export function parseStatus(json) {
  const voices = Array.isArray(json?.voices) ? json.voices.filter((/** @type {any} */ voice) => typeof voice?.id === 'string') : [];
  return {
    ready: json?.ready !== false,
    failed: json?.stage === 'failed' ? textOf(json.message) ?? '' : null,
    voices,
    remoteModel: textOf(json?.remote_model),
  };
}

/**
 * @param {unknown} value
 * @returns {string | null}
 */
function textOf(value) {
  return typeof value === 'string' && value !== '' ? value : null;
}

/**
 * @param {Status} status
 * @param {string} language
 * @returns {Voice[]} best first
 */
export function voicesFor(status, language) {
  return status.voices.filter((voice) => sameLanguage(voice.language, language));
}

/**
 * The voice that will speak, as the server chooses: the wanted one if it speaks the language, else the best one that
 * is not in a cloud.
 * @param {Status} status
 * @param {string} language
 * @param {string | null} wanted its id
 * @returns {Voice | undefined} none: what would be said is written
 */
export function voiceFor(status, language, wanted) {
  const speaking = voicesFor(status, language);
  return speaking.find((voice) => voice.id === wanted) ?? speaking.find((voice) => voice.local !== false);
}

/**
 * @param {string} tag "ko", "ko-KR" or "ko_KR"
 * @param {string} language
 */
function sameLanguage(tag, language) {
  return tag.toLowerCase().split(/[-_]/)[0] === language;
}

/** Who runs the cloud voices of an engine. @type {Record<string, string>} */
const COMPANIES = { edge: 'Microsoft' };

/** @param {Voice} voice @returns {string} without what the engine adds in brackets, in English */
export const plainName = ({ name }) => name.replace(/\s*\([^)]*\)$/, '');

/** @param {Voice} voice of a cloud @returns {string} who gets to read what it speaks */
export const companyOf = ({ engine }) => COMPANIES[engine] ?? engine;

/**
 * What leaves this computer in an interview of this language: nothing, in most installations.
 * @param {Status} status
 * @param {string} language
 * @param {string | null} wanted id of the chosen voice
 * @returns {{voice: Voice | null, model: string | null}}
 */
export function outside(status, language, wanted) {
  const voice = voiceFor(status, language, wanted);
  return { voice: voice !== undefined && voice.local === false ? voice : null, model: status.remoteModel };
}
