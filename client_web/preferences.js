// @ts-check
/** What was chosen on this browser, kept by it alone. */

/**
 * @typedef {object} Preferences
 * @property {'ko' | 'en' | null} interviewLanguage null: as the page
 * @property {Record<'ko' | 'en', string | null>} voices TTS voice ids, null: the best there is
 * @property {'quick' | 'normal' | 'patient'} patience how long a pause may be before the interviewer answers
 * @property {boolean} captions
 * @property {boolean} keepAudio the answers are kept as sound, too
 * @property {string | null} microphone device id
 * @property {string | null} speaker device id
 */

const KEY = 'moui.preferences';

/** @type {Readonly<Preferences>} */
const DEFAULTS = Object.freeze({
  interviewLanguage: null,
  voices: { ko: null, en: null },
  patience: 'normal',
  captions: true,
  keepAudio: true,
  microphone: null,
  speaker: null,
});

/** @returns {Preferences} */
export function preferences() {
  try {
    return checked(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return { ...DEFAULTS };
  }
}

/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {Partial<Preferences>} change */
export function savePreferences(change) {
  localStorage.setItem(KEY, JSON.stringify({ ...preferences(), ...change }));
  for (const listener of [...listeners]) listener();
}

/**
 * @param {() => void} listener called when something was chosen, here or in another tab
 * @param {AbortSignal} [signal] ends it
 */
export function watchPreferences(listener, signal) {
  if (signal?.aborted) return;
  listeners.add(listener);
  signal?.addEventListener('abort', () => listeners.delete(listener), { once: true });
  addEventListener('storage', (event) => event.key === KEY && listener(), signal ? { signal } : {});
}

/**
 * @param {any} kept of whatever shape
 * @returns {Preferences}
 */
export function checked(kept) {
  const text = (/** @type {unknown} */ value) => (typeof value === 'string' && value !== '' ? value : null);
  const flag = (/** @type {unknown} */ value, /** @type {boolean} */ other) => (typeof value === 'boolean' ? value : other);
  return {
    interviewLanguage: ['ko', 'en'].includes(kept?.interviewLanguage) ? kept.interviewLanguage : null,
    voices: { ko: text(kept?.voices?.ko), en: text(kept?.voices?.en) },
    patience: ['quick', 'normal', 'patient'].includes(kept?.patience) ? kept.patience : DEFAULTS.patience,
    captions: flag(kept?.captions, DEFAULTS.captions),
    keepAudio: flag(kept?.keepAudio, DEFAULTS.keepAudio),
    microphone: text(kept?.microphone),
    speaker: text(kept?.speaker),
  };
}
