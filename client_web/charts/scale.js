// @ts-check
/** From values to places in a drawing, and the round numbers beside it. Pure. */

/** How much of its largest value a chart shows at least. */
const LEAST = 0.4;

/**
 * @param {[number, number]} domain
 * @param {[number, number]} range
 * @returns {(value: number) => number}
 */
export function linear([low, high], [from, to]) {
  const width = high - low;
  return (value) => (width === 0 ? (from + to) / 2 : from + ((value - low) / width) * (to - from));
}

/**
 * Round numbers inside [low, high]: 1, 2 or 5 times a power of ten apart.
 * @param {number} low
 * @param {number} high
 * @param {number} [most] of them, about
 */
export function ticks(low, high, most = 5) {
  if (!(high > low)) return [low];
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const found = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-9; tick += step) {
    found.push(Number(tick.toPrecision(12)));
  }
  return found;
}

/**
 * What a chart of these values shows: all of them, the reference's ends, and some air; never so little that a small
 * change looks large.
 * @param {readonly number[]} values
 * @param {readonly (number | null)[]} [reference]
 * @param {[number | null, number | null]} [limits] never beyond these
 * @returns {[number, number]}
 */
export function domain(values, reference = [], [least, most] = [null, null]) {
  const all = [...values, ...reference.filter((end) => end !== null)].map(Number).filter(Number.isFinite);
  if (all.length === 0) return [0, 1];
  const low = Math.min(...all);
  const high = Math.max(...all);
  const size = Math.max(Math.abs(low), Math.abs(high));
  const air = Math.max((high - low) * 0.15, (size * LEAST - (high - low)) / 2) || 1;
  return [Math.max(low - air, least ?? -Infinity), Math.min(high + air, most ?? Infinity)];
}
