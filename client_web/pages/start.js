// @ts-check
/** What this is, what stays here, what runs here, and the shortest ways into an interview. */

import { machine, sessions } from '../api.js';
import { button, card, facts, icon, linkButton, more, notice, progressBar, tag } from '../components.js';
import { el } from '../dom.js';
import { longDate } from '../format.js';
import { machineRows, otherProfile, placeRows } from '../machine.js';
import { orb } from '../orb.js';
import { preferences, watchPreferences } from '../preferences.js';
import { isLoopback } from '../privacy.js';
import { sampleInterview } from '../samples.js';
import { companyOf, outside, plainName } from '../status.js';
import { watchStatus } from '../status-watch.js';
import { textOf } from '../texts.js';

/**
 * @typedef {import('../router.js').Context} Context
 * @typedef {import('../texts.js').Say} Say
 * @typedef {import('../status.js').Status} Status
 */

/** Steps of the sample, of which the first may take long: how far the bar is at the beginning of each. */
const FAR = { wait: null, documents: 0.1, plan: 0.3, begin: 0.9 };

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf('start', language)('title'),
  async show(root, context) {
    const t = textOf('start', context.language);
    const unfinished = el('div', {});
    const privacy = el('div', { class: 'stack' });
    const runs = el('div', { class: 'stack' });
    root.append(
      unfinished,
      hero(t, context),
      steps(t),
      el('div', { class: 'grid' }, card(t('privacyTitle'), null, privacy), card(t('machineTitle'), null, runs)),
    );
    const state = el('span', {}, t('loading'));
    /** @type {Status | null} */
    let latest = null;
    const renderLeaving = () => latest !== null && privacy.replaceChildren(...whatLeaves(t, latest, context.language));
    watchPreferences(renderLeaving, context.signal);
    watchStatus((status) => {
      latest = status;
      renderLeaving();
      state.replaceChildren(stateOf(t, status));
    }, context.signal);
    await Promise.all([showUnfinished(unfinished, t, context), showMachine(runs, state, t, context)]);
  },
};

/** @param {Say} t @param {Context} context */
function hero(t, context) {
  const ways = el('div', { class: 'ways' });
  const sample = button(t('sample'), { class: 'large', onClick: () => void startSample(ways, choices, t, context) });
  const choices = [
    el('div', { class: 'actions' }, linkButton(t('prepare'), '#/prepare', { kind: 'primary', class: 'large' }), sample),
    el('p', { class: 'hint' }, t('sampleHint', { language: t(`in-${preferences().interviewLanguage ?? context.language}`) })),
    el('p', {}, el('a', { href: '#/talk' }, t('talk'))),
  ];
  ways.append(...choices);
  return el(
    'section',
    { class: 'hero' },
    el('div', { class: 'hero-words' }, el('h1', {}, t('heading')), el('p', { class: 'lead' }, t('lead')), ways),
    example(t),
  );
}

/** A scene, so that one sees before reading what will happen. @param {Say} t */
function example(t) {
  const line = (/** @type {string} */ who, /** @type {string} */ key, /** @type {string} */ role) =>
    el('li', { class: `example-line ${role}` }, el('span', { class: 'example-who' }, t(who)), el('p', {}, t(key)));
  return el(
    'figure',
    { class: 'example', 'aria-label': t('exampleTitle') },
    el('div', { class: 'example-orb', 'data-phase': 'speaking' }, orb()),
    el(
      'ol',
      {},
      line('interviewer', 'exampleQuestion', 'them'),
      line('you', 'exampleAnswer', 'me'),
      line('interviewer', 'exampleProbe', 'them'),
    ),
    el(
      'figcaption',
      {},
      el('div', { class: 'row' }, tag(t('report'), 'accent'), el('span', { class: 'example-at' }, icon('play'), t('exampleAt'))),
      el('p', {}, t('exampleReport')),
    ),
  );
}

/** @param {Say} t */
function steps(t) {
  const step = (/** @type {number} */ n) =>
    el('li', {}, el('span', { class: 'step-number', 'aria-hidden': 'true' }, n), el('h3', {}, t(`step${n}`)), el('p', { class: 'soft' }, t(`step${n}Text`)));
  return el('section', { class: 'steps' }, el('h2', { class: 'unseen' }, t('howTitle')), el('ol', {}, [1, 2, 3].map(step)));
}

/**
 * @param {HTMLElement} ways
 * @param {HTMLElement[]} choices come back when it is cancelled or fails
 * @param {Say} t
 * @param {Context} context
 */
async function startSample(ways, choices, t, context) {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, context.signal]);
  const bar = progressBar(null, t('working-wait'));
  const cancel = button(t('cancel'), { onClick: () => stop.abort() });
  ways.replaceChildren(bar, el('div', { class: 'actions' }, cancel));
  cancel.focus();
  try {
    const language = preferences().interviewLanguage ?? context.language;
    const onStep = (/** @type {keyof typeof FAR} */ step) => {
      bar.update(FAR[step], t(`working-${step}`));
      context.say(t(`working-${step}`));
    };
    const session = await sampleInterview(language, { signal, onStep });
    context.go(`/interview/${session}`);
  } catch (error) {
    if (context.signal.aborted) return;
    ways.replaceChildren(...choices);
    ways.querySelector('button')?.focus();
    if (stop.signal.aborted) context.say(t('cancelled'));
    else context.alert(t('sampleFailed', { reason: error instanceof Error ? error.message : '' }));
  }
}

/** Everything that could leave, one by one, and where it is. @param {Say} t @param {Status} status @param {'ko' | 'en'} language */
function whatLeaves(t, status, language) {
  const { voices, interviewLanguage } = preferences();
  const spoken = interviewLanguage ?? language;
  const { voice, model } = outside(status, spoken, voices[spoken]);
  const here = isLoopback(location.hostname);
  const { host } = location;
  const runs = t(here ? 'runsHere' : 'runsThere');
  const nothing = here && voice === null && model === null;
  return [
    notice(nothing ? 'good' : 'warn', t(nothing ? 'nothingLeaves' : 'somethingLeaves')),
    facts([
      [t('myVoice'), t(here ? 'myVoiceHere' : 'myVoiceThere', { host })],
      [t('documents'), t(here ? 'documentsHere' : 'documentsThere', { host })],
      [t('model'), model === null ? runs : t('modelOutside', { model })],
      [t('interviewerVoice'), voice === null ? runs : t('voiceOutside', { voice: plainName(voice), company: companyOf(voice) })],
    ]),
    el('p', { class: 'hint' }, t('noAccount')),
  ];
}

/** @param {Say} t @param {Status} status */
function stateOf(t, status) {
  if (status.failed !== null) return tag(`${t('failed')} ${status.failed}`.trim(), 'bad');
  return status.ready ? tag(t('ready'), 'good') : tag(t('loading'), 'warn');
}

/**
 * @param {HTMLElement} place
 * @param {HTMLElement} state
 * @param {Say} t
 * @param {Context} context
 */
async function showMachine(place, state, t, { language, signal }) {
  const found = await machine({ signal }).catch(() => null);
  if (signal.aborted) return;
  const rows = found === null ? [] : machineRows(language, found);
  place.replaceChildren(
    facts([...rows, [t('state'), state]]),
    found === null ? '' : otherProfile(language, found),
    found === null ? '' : why(t, found),
    el('p', {}, el('a', { href: '#/settings' }, t('modelSettings'))),
  );
}

/** Which model computes where; and in its own words, what moui made of this computer. @param {Say} t @param {any} found */
function why(t, found) {
  const sentences = [...found.reasons, ...found.explanation];
  return more(
    t('why'),
    facts(placeRows(t, found)),
    el('p', { class: 'hint' }, t('doctor')),
    el('ul', { class: 'small soft', lang: 'en' }, sentences.map((each) => el('li', {}, each))),
  );
}

/** @param {HTMLElement} place @param {Say} t @param {Context} context */
async function showUnfinished(place, t, { signal, language }) {
  const found = await sessions({ signal }).catch(() => null);
  const session = found?.sessions.find((each) => found.unfinished.includes(each.id));
  if (session === undefined || signal.aborted) return;
  const words = t('unfinishedText', { position: session.position || t('unnamed'), when: longDate(session.started_at, language) });
  const action = linkButton(t('goOn'), `#/check/${encodeURIComponent(session.id)}`, { class: 'small' });
  place.replaceChildren(notice('info', el('span', {}, el('strong', {}, t('unfinishedTitle')), el('br', {}), words), { action }));
}
