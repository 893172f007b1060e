// @ts-check
/** Each answer on a line of its own: the wait before it, speech, pauses, fillers; zero is the question's end. */

import { button } from '../components.js';
import { el, svg } from '../dom.js';
import { MIC_RATE_HZ } from '../format.js';
import { ticks } from './scale.js';

/** @typedef {import('../shapes.js').TurnDelivery} TurnDelivery */
/** @typedef {import('../shapes.js').Span} Span */
/** @typedef {{label: string, title: string, delivery: TurnDelivery, onPlay: ((sample?: number) => void) | null}} Row */

const HEIGHT = 20;

/** @param {TurnDelivery} delivery @returns {{zero: number, seconds: number}} its question's end, and how long after that it ended */
function extent({ span, onset_s: onset }) {
  const zero = span.start_sample - Math.round((onset ?? 0) * MIC_RATE_HZ);
  return { zero, seconds: (span.end_sample - zero) / MIC_RATE_HZ };
}

/** @param {readonly Row[]} rows */
export function timeline(rows) {
  const longest = Math.max(1, ...rows.map(({ delivery }) => extent(delivery).seconds));
  const marks = ticks(0, longest, 6);
  const lines = rows.map((row) => line(row, longest, marks));
  const axis = el('div', { class: 'timeline-axis', 'aria-hidden': 'true' });
  for (const mark of marks) {
    const node = el('span', {}, mark);
    node.style.setProperty('--ratio', String(mark / longest));
    axis.append(node);
  }
  return el('div', { class: 'timeline' }, lines, axis);
}

/** @param {Row} row @param {number} longest @param {readonly number[]} marks */
function line({ label, title, delivery, onPlay }, longest, marks) {
  const { zero } = extent(delivery);
  const seconds = (/** @type {number} */ sample) => (sample - zero) / MIC_RATE_HZ;
  const bar = (/** @type {Span} */ { start_sample: from, end_sample: to }, /** @type {string} */ kind) =>
    svg('rect', { class: kind, x: seconds(from), y: 0, width: seconds(to) - seconds(from), height: HEIGHT });
  const drawing = svg(
    'svg',
    { viewBox: `0 0 ${longest} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': title },
    marks.map((mark) => svg('line', { class: 'grid', x1: mark, x2: mark, y1: 0, y2: HEIGHT })),
    delivery.onset_s ? svg('line', { class: 'onset', x1: 0, x2: delivery.onset_s, y1: HEIGHT / 2, y2: HEIGHT / 2 }) : null,
    bar(delivery.span, 'pause'),
    delivery.runs.map((run) => bar(run, 'speech')),
    delivery.fillers.map((filler) => bar(filler, 'filler')),
  );
  if (onPlay === null) return el('div', { class: 'timeline-row' }, el('span', { class: 'timeline-label' }, label), drawing);
  drawing.classList.add('playable');
  drawing.addEventListener('click', (event) => {
    const { left, width } = drawing.getBoundingClientRect();
    onPlay(zero + (((/** @type {MouseEvent} */ (event)).clientX - left) / width) * longest * MIC_RATE_HZ);
  });
  const play = button(label, { kind: 'quiet', class: 'small timeline-label', title, 'aria-label': title, onClick: () => onPlay() });
  return el('div', { class: 'timeline-row' }, play, drawing);
}
