// @ts-check
/** One question of the report: what was said, how it was judged, and how the answer could be rebuilt. */

import { dots } from '../charts/plot.js';
import { button, more, notice, tag } from '../components.js';
import { el } from '../dom.js';
import { figure } from '../format.js';
import { inReport, part } from './parts.js';

/** @typedef {import('./parts.js').Parts} Parts */
/** @typedef {import('../shapes.js').QuestionReport} QuestionReport */

/** @param {Parts} parts */
export function questions(parts) {
  const { t, words, report } = parts;
  const elements = ['situation', 'task', 'action', 'result'].map((name) => el('mark', { class: name }, words(`element-${name}`)));
  return part(
    'questions',
    t('questions'),
    el('p', { class: 'legend' }, elements, el('span', {}, t('star-legend'))),
    ...report.questions.map((question) => article(parts, question)),
  );
}

/** @param {number} place of the question that is to be seen */
export function toQuestion(place) {
  const heading = document.getElementById(`question-${place}`);
  heading?.scrollIntoView({ block: 'start' });
  heading?.focus({ preventScroll: true });
}

/** @param {Parts} parts @param {QuestionReport} question */
function article(parts, question) {
  const { t, transcript, report } = parts;
  const { place, text, kind, competency, turns, answered, shows } = question;
  // The question itself is the heading: it is not said twice.
  const told = turns.filter((turn) => !(turn.speaker === 'interviewer' && turn.text === text));
  return el(
    'article',
    { class: 'report-question', 'aria-labelledby': `question-${place}` },
    el(
      'header',
      { class: 'question-head' },
      el('span', { class: 'number', 'aria-hidden': 'true' }, place),
      el('h3', { id: `question-${place}`, tabIndex: -1, lang: report.spoken_language }, text),
      el('p', { class: 'soft small' }, kind, competency !== '' && ` · ${t('competency', { name: competency })}`),
      totals(parts, question),
    ),
    el('div', { class: 'conversation' }, told.map((turn) => transcript.turn(turn))),
    answered ? [facts(parts, question), scores(parts, question), better(parts, question)] : notice('warn', t('not-answered')),
    el('footer', { class: 'question-foot' }, shows !== '' && more(t('shows'), el('p', { class: 'soft', lang: report.spoken_language }, shows)), drillButton(parts, question)),
  );
}

/** @param {Parts} parts @param {QuestionReport} question */
function drillButton({ t, drill }, { id, text }) {
  const node = button(t('drill-this'), { kind: 'quiet', class: 'small', 'aria-label': `${t('drill-this')}: ${text}` });
  node.addEventListener('click', () => drill([id], node));
  return node;
}

/** @param {Parts} parts @param {QuestionReport} question */
function totals({ t }, { total, rule_total: rules }) {
  return el(
    'p',
    { class: 'totals' },
    total !== null && tag(t('question-score', { score: figure(total) }), 'accent'),
    rules !== null && tag(t('question-rules', { score: figure(rules) })),
  );
}

/** @param {Parts} parts @param {QuestionReport} question */
function facts(parts, { said, missing, vague }) {
  const { t } = parts;
  const row = (/** @type {string} */ name, /** @type {HTMLElement[]} */ chips) => chips.length > 0 && el('div', {}, el('dt', {}, name), el('dd', inReport(parts), chips));
  if (said.length + missing.length + vague.length === 0) return null;
  return el(
    'dl',
    { class: 'told' },
    row(t('said'), said.map((name) => tag(name, 'good'))),
    row(t('missing'), missing.map((name) => tag(name, 'warn'))),
    row(t('vague'), vague.map(({ text }) => tag(`“${text}”`, 'warn'))),
  );
}

/** @param {Parts} parts @param {QuestionReport} question */
function scores(parts, question) {
  const { t, report, transcript } = parts;
  if (!report.judged || question.scores.length === 0) return null;
  const lines = question.scores.map(({ title, level, spread, status_text: status, reason, anchor, quote }) => {
    const label = level === null ? status : t('level-of-5', { title, level: figure(level) });
    return el(
      'li',
      { class: 'criterion' },
      el('div', { class: 'criterion-head' }, el('h4', {}, title), level === null ? el('span', { class: 'none' }, status) : dots(level, label)),
      level !== null && el('p', { class: 'small' }, reason || anchor, spread ? ` (${t('spread', { spread: figure(spread) })})` : ''),
      level !== null && quote !== null && transcript.quote(quote),
    );
  });
  return el('section', { class: 'scores' }, el('h4', { class: 'label' }, t('scores')), el('ul', inReport(parts), lines));
}

/** @param {Parts} parts @param {QuestionReport} question */
function better(parts, { better: rebuilt, star }) {
  if (rebuilt === null) return null;
  const { t, report } = parts;
  const items = rebuilt.items.map(({ name, title, sentences, add }) => [
    el('dt', { class: star ? name : 'point' }, title),
    el('dd', {}, sentences.map(({ text }) => el('span', { lang: report.spoken_language }, text, ' ')), add !== '' && el('p', { class: 'add' }, add)),
  ]);
  return el(
    'section',
    { class: 'better' },
    el('h4', { class: 'label' }, t('better')),
    el('p', { class: 'note' }, t('better-note')),
    el('dl', inReport(parts), items.flat()),
  );
}
