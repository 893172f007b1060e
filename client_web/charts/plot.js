// @ts-check
/** Small charts of values one after the other: a band that is the reference, a line, points with their values. */

import { el, svg } from '../dom.js';
import { domain, linear } from './scale.js';

/** @typedef {{value: number, label: string, title: string}} Point `label` below it, `title` for who cannot see it */

const WIDTH = 1000;
const HEIGHT = 100;

/**
 * @param {readonly Point[]} points
 * @param {object} options
 * @param {string} options.name what is shown, for who cannot see it
 * @param {(value: number) => string} options.shown
 * @param {readonly (number | null)[]} [options.band] low and high of the reference
 * @param {[number | null, number | null]} [options.limits] of the values
 * @param {[number, number]} [options.scale] all of it is shown: a small change looks small
 * @param {boolean} [options.joined] a line through the points: they are of one kind over time
 * @param {boolean} [options.every] all values are written, not only the first and the last
 */
export function plot(points, { name, shown, band = [], limits = [null, null], scale, joined = true, every = false }) {
  const values = points.map(({ value }) => value);
  const range = scale ?? domain(values, band, limits);
  const y = linear(range, [HEIGHT, 0]);
  const x = linear([0, Math.max(1, points.length - 1)], points.length > 1 ? [0, WIDTH] : [WIDTH / 2, WIDTH / 2]);
  const drawing = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  if (band.some((end) => end !== null)) {
    const top = y(Math.min(range[1], band[1] ?? range[1]));
    const bottom = y(Math.max(range[0], band[0] ?? range[0]));
    drawing.append(svg('rect', { class: 'band', x: 0, y: top, width: WIDTH, height: Math.max(0, bottom - top) }));
  }
  if (joined && points.length > 1) {
    drawing.append(svg('polyline', { class: 'line', points: values.map((value, index) => `${x(index)},${y(value)}`).join(' ') }));
  }
  const dots = points.map(({ value, label }, index) => {
    const last = index === points.length - 1;
    const written = every || last || index === 0;
    const end = points.length === 1 || every ? '' : last ? 'at-end' : index === 0 ? 'at-start' : '';
    const dot = el('span', { class: `dot ${last && joined ? 'last' : ''} ${end}` }, written && el('b', {}, shown(value)));
    const below = el('span', { class: `below ${end}` }, written && label);
    for (const node of [dot, below]) node.style.setProperty('--x', `${x(index) / (WIDTH / 100)}%`);
    dot.style.setProperty('--y', `${y(value)}%`);
    return [dot, below];
  });
  const told = points.map(({ value, title }) => `${title}: ${shown(value)}`).join(', ');
  return el('div', { class: scale === undefined ? 'plot' : 'plot scaled', role: 'img', 'aria-label': `${name}. ${told}` }, el('div', { class: 'plot-area' }, drawing, dots.flat()));
}

/**
 * One value on a scale, with the reference as a band where there is one.
 * @param {number} value
 * @param {number | null} low
 * @param {number | null} high
 */
export function gauge(value, low, high) {
  const [from, to] = domain([value, 0], [low, high], [0, null]);
  const at = linear([from, to], [0, 100]);
  const node = el('div', { class: 'gauge', 'aria-hidden': 'true' }, low === null && high === null ? null : el('span', { class: 'gauge-band' }), el('span', { class: 'gauge-dot' }));
  node.style.setProperty('--from', `${at(low ?? from)}%`);
  node.style.setProperty('--to', `${at(high ?? to)}%`);
  node.style.setProperty('--at', `${at(value)}%`);
  return node;
}

/**
 * A level from 1 to 5 as five dots.
 * @param {number} level
 * @param {string} label
 */
export function dots(level, label) {
  const each = [1, 2, 3, 4, 5].map((step) => el('i', { class: level >= step ? 'on' : level > step - 1 ? 'half' : '' }));
  return el('span', { class: 'level', role: 'img', 'aria-label': label }, each);
}
