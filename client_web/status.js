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
 * The voice that will speak: the best one of the language, as the server chooses.
 * @param {Status} status
 * @param {string} language
 * @returns {Voice | undefined}
 */
export function voiceFor(status, language) {
  return status.voices.find((voice) => sameLanguage(voice.language, language));
}

/**
 * @param {string} tag "ko", "ko-KR" or "ko_KR"
 * @param {string} language
 */
function sameLanguage(tag, language) {
  return tag.toLowerCase().split(/[-_]/)[0] === language;
}

/**
 * What leaves this computer in an interview of this language: nothing, in most installations.
 * @param {Status} status
 * @param {string} language
 * @returns {{voice: Voice | null, model: string | null}}
 */
export function outside(status, language) {
  const voice = voiceFor(status, language);
  return { voice: voice !== undefined && voice.local === false ? voice : null, model: status.remoteModel };
}
