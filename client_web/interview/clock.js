// @ts-check
/** Times as people read them. Pure. */

/**
 * @param {number} seconds
 * @returns {string} "4:07"
 */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/**
 * The same for a screen reader's ears, as ISO 8601 for <time datetime>.
 * @param {number} seconds
 */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `PT${Math.floor(whole / 60)}M${whole % 60}S`;
}
