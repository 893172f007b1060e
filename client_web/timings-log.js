// @ts-check
/** The last turns' timings of this browser, for the developer panel: also of a conversation in another tab. */

/**
 * @typedef {object} Timing of one turn, milliseconds; null where a stage did not happen
 * @property {boolean} speculative the reply was begun in the silence before the endpoint
 * @property {number | null} endpoint_ms
 * @property {number | null} stt_ms
 * @property {number | null} llm_first_token_ms
 * @property {number | null} first_fragment_ms
 * @property {number | null} tts_first_chunk_ms
 * @property {number | null} total_ms
 */

const KEY = 'moui.timings';
const MOST = 12;
const STAGES = /** @type {const} */ (['endpoint_ms', 'stt_ms', 'llm_first_token_ms', 'first_fragment_ms', 'tts_first_chunk_ms', 'total_ms']);

/** @param {any} event moui.turn.timings */
export function recordTimings(event) {
  localStorage.setItem(KEY, JSON.stringify([...timings(), checked(event)].slice(-MOST)));
}

/** @returns {Timing[]} the oldest first */
export function timings() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.map(checked) : [];
  } catch {
    return [];
  }
}

/**
 * @param {() => void} listener called when another tab has recorded one
 * @param {AbortSignal} signal
 */
export function watchTimings(listener, signal) {
  addEventListener('storage', (event) => event.key === KEY && listener(), { signal });
}

/**
 * @param {any} found of whatever shape
 * @returns {Timing}
 */
export function checked(found) {
  const values = STAGES.map((name) => [name, typeof found?.[name] === 'number' ? found[name] : null]);
  return { ...Object.fromEntries(values), speculative: found?.speculative === true };
}
