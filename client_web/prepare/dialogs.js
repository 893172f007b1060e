// @ts-check
/** What is asked about documents and questions, each in a dialog of its own. */

import { ask, field, select } from '../components.js';
import { el } from '../dom.js';
import { duration } from '../format.js';
import { rounded, SECONDS } from './draft.js';
import { DOCUMENT_KINDS } from './kinds.js';

/** @typedef {import('../api.js').DocumentKind} DocumentKind */
/** @typedef {import('../texts.js').Say} Say */

/**
 * @param {Say} t
 * @param {{name: string, text: string, language: string}} document
 * @param {(text: string) => Promise<string>} save why it failed, or ''
 */
export async function askForText(t, { name, text, language }, save) {
  const area = el('textarea', { class: 'document-text', value: text, lang: language, spellcheck: false });
  area.setSelectionRange(0, 0); // read from the beginning
  const body = field(t('text-label'), area, { hint: t('text-hint') });
  await ask(t('text-title', { name }), body, { confirm: t('save'), cancel: t('cancel'), attempt: () => save(area.value) });
}

/**
 * @param {Say} t
 * @param {Say} words
 * @param {{kind: DocumentKind, text: string}} draft what is written is kept in it, whatever becomes of the dialog
 * @param {() => Promise<string>} add why it failed, or ''
 */
export async function askForPasted(t, words, draft, add) {
  const kinds = DOCUMENT_KINDS.map((each) => /** @type {const} */ ([each, words(`document-${each}`)]));
  const area = el('textarea', { class: 'document-text', value: draft.text, on: { input: () => (draft.text = area.value) } });
  const body = [
    field(t('kind'), select(kinds, draft.kind, (value) => (draft.kind = /** @type {DocumentKind} */ (value)))),
    field(t('paste-label'), area, { hint: t('paste-hint') }),
  ];
  await ask(t('paste-title'), body, { confirm: t('add'), cancel: t('cancel'), attempt: add });
}

/**
 * @param {Say} t
 * @param {Say} words
 * @param {{text: string, seconds: number} | null} old null: a new one
 * @returns {Promise<{text: string, seconds: number} | null>}
 */
export async function askForQuestion(t, words, old) {
  let seconds = old?.seconds ?? 120;
  const area = el('textarea', { class: 'question-text', value: old?.text ?? '', maxLength: 500 });
  // Its own time is kept to the second where it reads like one of the others.
  const others = SECONDS.filter((each) => each !== rounded(seconds));
  const times = [seconds, ...others].sort((a, b) => a - b);
  const choices = times.map((each) => /** @type {const} */ ([String(each), duration(words, rounded(each))]));
  const body = [
    field(t('question-label'), area),
    field(t('seconds-label'), select(choices, String(seconds), (value) => (seconds = Number(value)))),
  ];
  const written = () => area.value.replace(/\s+/g, ' ').trim();
  const attempt = () => Promise.resolve(written() === '' ? t('question-empty') : '');
  const labelled = { confirm: old === null ? t('add') : t('save'), cancel: t('cancel'), attempt };
  const done = await ask(old === null ? t('add-title') : t('edit-title'), body, labelled);
  return done ? { text: written(), seconds } : null;
}
