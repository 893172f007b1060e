// @ts-check
/** What came back in interview after interview, each with the places where it can be read and heard. */

import { el } from '../dom.js';
import { shortDate } from '../format.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */
/** @typedef {import('../shapes.js').Habit} Habit */
/** @typedef {import('../shapes.js').Sighting} Sighting */

/** @param {Context} context @param {Say} t @param {Say} words @param {readonly Habit[]} habits */
export function habitList(context, t, words, habits) {
  if (habits.length === 0) return el('p', { class: 'soft' }, t('no-habits'));
  return el(
    'ul',
    { class: 'habits' },
    habits.map((habit) => {
      const share = el('span', { class: 'share', 'aria-hidden': 'true' }, el('span', {}));
      share.style.setProperty('--share', String(habit.seen / habit.of));
      return el(
        'li',
        { class: 'habit' },
        el('h3', {}, title(t, words, habit)),
        el('p', { class: 'seen' }, share, t('seen-of', { seen: habit.seen, of: habit.of })),
        el('p', { class: 'sightings' }, habit.sightings.map((sighting) => link(context, t, sighting))),
      );
    }),
  );
}

/** @param {Say} t @param {Say} words @param {Habit} habit */
function title(t, words, { kind, name }) {
  if (kind === 'missing') return t('habit-missing', { name: words(`element-${name}`) });
  if (kind === 'measure') {
    const [measure = '', verdict = ''] = name.split('.');
    return t(`habit-${verdict}`, { name: words(`measure-${measure}`) });
  }
  return t(`habit-${kind}`, { name });
}

/** @param {Context} context @param {Say} t @param {Sighting} sighting */
function link({ language }, t, { session_id: id, started_at: at, place, turn, start_sample: sample, text }) {
  const query = new URLSearchParams();
  if (turn !== null) query.set('turn', String(turn));
  else if (place !== null) query.set('question', String(place));
  if (turn !== null && sample !== null) query.set('at', String(sample));
  const href = `#/report/${encodeURIComponent(id)}${query.size > 0 ? `?${query}` : ''}`;
  const date = shortDate(at, language);
  const label = place === null ? t('sighting-whole', { date }) : t('sighting', { date, place });
  return el('a', { href, title: text }, label);
}
