// @ts-check
/** What the developer panel draws, as numbers. Pure. */

/** @typedef {import('../timings-log.js').Timing} Timing */
/** @typedef {{ stage: 'endpoint' | 'stt' | 'llm' | 'fragment' | 'tts', from: number, to: number }} Span milliseconds after the last voiced sample */
/** @typedef {{ engine: string, phase: string, device: string, start_s: number, end_s: number }} Lease */

/**
 * The stages of a turn where they lay in time. A reply that was begun in the silence overlaps the wait for the endpoint.
 * @param {Timing} timing
 * @returns {Span[]}
 */
export function spans(timing) {
  /** @type {Span[]} */
  const found = [];
  const endpoint = timing.endpoint_ms;
  if (endpoint !== null) found.push({ stage: 'endpoint', from: 0, to: endpoint });
  let at = timing.speculative ? 0 : endpoint ?? 0;
  for (const [stage, ms] of /** @type {const} */ ([
    ['stt', timing.stt_ms],
    ['llm', timing.llm_first_token_ms],
    ['fragment', timing.first_fragment_ms],
    ['tts', timing.tts_first_chunk_ms],
  ])) {
    if (ms === null) continue;
    found.push({ stage, from: at, to: at + ms });
    at += ms;
  }
  return found;
}

/** Milliseconds between two numbers of the axis. */
const STEPS = [50, 100, 250, 500, 1000, 2500, 5000, 10_000];
const MOST_STEPS = 4;

/**
 * Round numbers of milliseconds, evenly spaced from 0 to one that everything fits into.
 * @param {readonly Timing[]} turns
 * @returns {number[]}
 */
export function ticksOf(turns) {
  const longest = Math.max(500, ...turns.flatMap((turn) => [turn.total_ms ?? 0, ...spans(turn).map((span) => span.to)]));
  const step = STEPS.find((each) => longest / each <= MOST_STEPS) ?? Math.ceil(longest / MOST_STEPS / 10_000) * 10_000;
  return Array.from({ length: Math.ceil(longest / step) + 1 }, (_, index) => index * step);
}

/**
 * The leases of the last seconds, one row an engine, in the order in which engines appear.
 * @param {readonly Lease[]} leases
 * @param {number} now seconds, the server's clock
 * @param {number} window_s
 * @returns {{ engine: string, bars: { from: number, width: number, phase: string }[] }[]} in [0, 1] of the window
 */
export function rowsOf(leases, now, window_s) {
  /** @type {Map<string, { from: number, width: number, phase: string }[]>} */
  const rows = new Map();
  for (const lease of leases) {
    const from = Math.max(0, 1 - (now - lease.start_s) / window_s);
    const to = Math.min(1, 1 - (now - lease.end_s) / window_s);
    if (to < 0 || from > 1) continue;
    const bars = rows.get(lease.engine) ?? [];
    bars.push({ from, width: Math.max(0.001, to - from), phase: lease.phase });
    rows.set(lease.engine, bars);
  }
  return [...rows].map(([engine, bars]) => ({ engine, bars })).sort((a, b) => a.engine.localeCompare(b.engine));
}
