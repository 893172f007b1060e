// @ts-check
/** Numbers, times and dates as a reader of the page's language wants them. Pure. */

/** @typedef {import('./texts.js').PageLanguage} PageLanguage */

export const MIC_RATE_HZ = 16_000;

/**
 * @param {number} value
 * @returns {string} 253, 4.6, 0.42
 */
export function figure(value) {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return value.toFixed(size >= 1 ? 1 : 2);
}

/**
 * @param {number} seconds
 * @returns {string} 0:07, 12:30, 1:02:03
 */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (parts[0] === 0) parts.shift();
  return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/**
 * @param {string} iso
 * @param {PageLanguage} language
 * @returns {string} with weekday and time; what cannot be read as a date is shown as it is
 */
export function longDate(iso, language) {
  return formatted(iso, language, { dateStyle: 'long', timeStyle: 'short' });
}

/**
 * @param {string} iso
 * @param {PageLanguage} language
 */
export function shortDate(iso, language) {
  return formatted(iso, language, { month: 'short', day: 'numeric' });
}

/**
 * @param {string} iso
 * @param {PageLanguage} language
 * @param {Intl.DateTimeFormatOptions} options
 */
function formatted(iso, language, options) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat(language === 'ko' ? 'ko-KR' : 'en-GB', options).format(date);
}

/**
 * @param {import('./texts.js').Say} words of texts/words.js
 * @param {number} seconds
 * @returns {string} 2 min 30 s, 45 s
 */
export function duration(words, seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const [m, s] = [Math.floor(whole / 60), whole % 60];
  if (m === 0) return words('duration-s', { s });
  return s === 0 ? words('duration-m', { m }) : words('duration-ms', { m, s });
}

/** @param {number} bytes @returns {string} "486 MB", "1.1 GB" */
export function size(bytes) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${value >= 99.5 || unit < 3 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
