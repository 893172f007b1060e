// @ts-check
/** The shape that says who has the floor (style/orb.css). */

import { svg } from './dom.js';

/** @returns {SVGElement} follows data-phase, data-held, --mic and --voice of its ancestors */
export function orb() {
  const circle = (/** @type {string} */ name, /** @type {number} */ r) => svg('circle', { class: name, cx: 100, cy: 100, r });
  const bars = [62, 79, 96, 113, 130].map((x) => svg('rect', { x, y: 60, width: 8, height: 80, rx: 4 }));
  const dots = [72, 100, 128].map((cx) => svg('circle', { cx, cy: 100, r: 7 }));
  return svg(
    'svg',
    { class: 'orb', viewBox: '0 0 200 200', 'aria-hidden': 'true' },
    circle('halo', 96),
    circle('ring', 74),
    circle('arc', 74),
    circle('disc', 74),
    svg('g', { class: 'bars' }, bars),
    svg('g', { class: 'dots' }, dots),
    svg('path', { class: 'mark', d: 'M100 68v40M100 128v.5' }),
  );
}
