// @ts-check
/** What came of one interview: read, listened to, practised from. */

import * as api from '../api.js';
import { linkButton, notice, working } from '../components.js';
import { el } from '../dom.js';
import { longDate } from '../format.js';
import { preferences } from '../preferences.js';
import { actions, unfoldToPrint } from '../report/actions.js';
import { closing, flags, matrix } from '../report/closing.js';
import { contents } from '../report/contents.js';
import { delivery, trends } from '../report/delivery.js';
import { answerNames } from '../report/parts.js';
import { PlayerBar } from '../report/player-bar.js';
import { AnswerPlayer } from '../report/player.js';
import { questions, toQuestion } from '../report/question.js';
import { drills, summary } from '../report/summary.js';
import { Transcript } from '../report/transcript.js';
import { writeReport } from '../report/writing.js';
import { textOf } from '../texts.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */
/** @typedef {import('../shapes.js').Report} Report */
/** @typedef {import('../shapes.js').SessionRecord} SessionRecord */

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf('report', language)('title'),
  async show(root, context) {
    const t = textOf('report', context.language);
    const id = context.route.params.session ?? '';
    root.append(working(t('loading')));
    const record = await api.session(id, { signal: context.signal });
    const report = await found(id, context.signal);
    root.replaceChildren();
    let close = () => {};
    const read = (/** @type {Report} */ found) => (close = showReport(root, context, t, found, record, () => write(true)));
    const write = (/** @type {boolean} */ again) => {
      close();
      root.replaceChildren();
      writeReport(root, { context, t, words: textOf('words', context.language), record, again, onWritten: () => void written() });
    };
    const written = async () => {
      const fresh = await found(id, context.signal).catch((error) => context.alert(error.message));
      if (context.signal.aborted || !fresh) return;
      root.replaceChildren();
      read(fresh);
      root.querySelector('h1')?.focus();
    };
    if (report === null) write(false);
    else read(report);
    return () => close();
  },
};

/** @param {string} id @param {AbortSignal} signal @returns {Promise<Report | null>} null: not written yet */
async function found(id, signal) {
  try {
    return await api.report(id, { signal });
  } catch (error) {
    if (error instanceof api.ApiError && error.status === 404) return null;
    throw error;
  }
}

/**
 * @param {HTMLElement} root
 * @param {Context} context
 * @param {Say} t
 * @param {Report} report
 * @param {SessionRecord} record
 * @param {() => void} onRewrite
 * @returns {() => void} ends what plays
 */
function showReport(root, context, t, report, record, onRewrite) {
  const { player, transcript, bar, answerName } = listening(context, t, report, record);
  const parts = { t, words: textOf('words', context.language), report, transcript, answerName, drill: drillOf(context, t, report), language: context.language };
  const sections = [summary, drills, questions, matrix, flags, delivery, trends, closing].flatMap((make) => make(parts) ?? []);
  root.append(
    heading(context, t, report, record, onRewrite),
    el('div', { class: 'report-body' }, contents(t, sections, context.signal), el('div', { class: 'report-parts' }, sections)),
    bar.node,
  );
  unfoldToPrint(root, context.signal);
  root.addEventListener('keydown', (event) => event.key === 'Escape' && !event.defaultPrevented && player.stop());
  point(context.route.query, transcript, player);
  return () => player.close();
}

/** @param {Context} context @param {Say} t @param {Report} report @param {SessionRecord} record */
function listening(context, t, report, record) {
  const turns = [...report.questions.flatMap((question) => question.turns), ...report.other_turns];
  const own = turns.filter(({ speaker, spoken }) => record.summary.has_audio && speaker === 'candidate' && spoken);
  const answers = new Map(own.sort((a, b) => a.number - b.number).map((turn) => [turn.number, turn]));
  const failed = (/** @type {unknown} */ error) => context.alert(t('no-sound', { message: /** @type {Error} */ (error).message }));
  const player = new AnswerPlayer(report.session_id, [...answers.values()], (position) => {
    bar.update(position);
    transcript.follow(position);
  }, failed);
  const answerName = answerNames(report, t);
  const bar = new PlayerBar(t, player, answers, answerName, (turn) => transcript.show(turn));
  const words = new Map(record.turns.map((turn) => [turn.number, turn.words]));
  const zero = Math.min(...turns.map((turn) => turn.start_sample), Infinity);
  const transcript = new Transcript(t, player, words, Number.isFinite(zero) ? zero : 0, report.spoken_language);
  return { player, transcript, bar, answerName };
}

/** @param {Context} context @param {Say} t @param {Report} report @param {SessionRecord} record @param {() => void} onRewrite */
function heading(context, t, report, { summary: session }, onRewrite) {
  const words = textOf('words', context.language);
  const line = [report.kind, words('minutes', { n: report.minutes }), longDate(report.started_at, context.language)];
  return el(
    'header',
    { class: 'report-head' },
    el('p', { class: 'eyebrow' }, t('eyebrow')),
    el('h1', { tabIndex: -1 }, report.position || report.kind),
    el('p', { class: 'lead' }, line.join(' · ')),
    actions(context, t, report.session_id, onRewrite),
    !report.finished && notice('info', t('unfinished'), session.status === 'finished' ? {} : { action: linkButton(t('continue'), `#/check/${encodeURIComponent(session.id)}`, { class: 'small' }) }),
    !report.questions.some(({ answered }) => answered) && notice('info', t('no-answers')),
    !session.has_audio && report.talked_s > 0 && notice('info', t('no-audio')),
  );
}

/** @param {Context} context @param {Say} t @param {Report} report */
function drillOf(context, t, report) {
  return async (/** @type {string[]} */ ids, /** @type {HTMLButtonElement} */ from) => {
    from.disabled = true;
    context.say(t('drill-starting'));
    try {
      const { session_id: session } = await api.drill(report.session_id, { question_ids: ids, keep_audio: preferences().keepAudio }, { signal: context.signal });
      context.go(`/check/${session}`);
    } catch (error) {
      from.disabled = false;
      if (!context.signal.aborted) context.alert(/** @type {Error} */ (error).message);
    }
  };
}

/** From elsewhere to a question, or to one second of an answer: shown, and ready to be heard.
 * @param {URLSearchParams} query @param {Transcript} transcript @param {AnswerPlayer} player */
function point(query, transcript, player) {
  const number = (/** @type {string} */ name) => Number(query.get(name) ?? 'NaN');
  if (query.has('question')) toQuestion(number('question'));
  if (!query.has('turn')) return;
  const [turn, at] = [number('turn'), number('at')];
  transcript.show(turn);
  if (player.has(turn) && navigator.userActivation?.isActive === true) void player.play(turn, Number.isFinite(at) ? at : undefined);
}
