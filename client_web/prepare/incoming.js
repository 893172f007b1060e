// @ts-check
/** Files on their way in: those that are being read, and those that could not be, with the reason beside them. */

import * as api from '../api.js';
import { button, newId, notice, working } from '../components.js';
import { el } from '../dom.js';
import { guessKind } from './kinds.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */
/** @typedef {{name: string, stop: () => void, problem: string, again: (() => void) | null}} Entry `problem` '': being read */

/** As the server has it: a larger file is not even sent. */
const MOST_MB = 10;
const MB = 1024 * 1024;

export class Incoming {
  #context;
  #t;
  #onRead;
  #onChange;
  /** @type {Map<string, Entry>} */
  #entries = new Map();

  /**
   * @param {Context} context
   * @param {Say} t
   * @param {{onRead: (read: api.Uploaded) => void, onChange: () => void}} on
   */
  constructor(context, t, { onRead, onChange }) {
    this.#context = context;
    this.#t = t;
    this.#onRead = onRead;
    this.#onChange = onChange;
  }

  /** @param {readonly File[]} files @param {readonly api.DocumentKind[]} there kinds that are there already */
  take(files, there) {
    const kinds = [...there];
    for (const file of files) {
      const kind = guessKind(file.name, kinds);
      kinds.push(kind);
      if (file.size <= MOST_MB * MB) void this.#read(file, kind);
      else this.refuse(file.name, this.#t('too-large', { size: Math.ceil((file.size / MB) * 10) / 10, limit: MOST_MB }));
    }
  }

  /** @param {string} name @param {string} problem @param {(() => void) | null} [again] */
  refuse(name, problem, again = null) {
    const id = newId('refused');
    const stop = () => this.#gone(id);
    this.#entries.set(id, { name, problem, stop, again: again && (() => (stop(), again())) });
    this.#context.say(`${name}: ${problem}`);
    this.#onChange();
  }

  /** @param {File} file @param {api.DocumentKind} kind */
  async #read(file, kind) {
    const stop = new AbortController();
    const id = newId('reading');
    this.#entries.set(id, { name: file.name, stop: () => stop.abort(), problem: '', again: null });
    this.#context.signal.addEventListener('abort', () => stop.abort());
    this.#onChange();
    try {
      const read = await api.uploadDocument(file, kind, { signal: stop.signal });
      this.#entries.delete(id);
      this.#onRead(read);
    } catch (error) {
      this.#gone(id);
      if (stop.signal.aborted) return;
      const { status, message } = /** @type {api.ApiError} */ (error);
      const passing = status === 0 || status === 429 || status >= 500;
      this.refuse(file.name, message, passing ? () => void this.#read(file, kind) : null);
    }
  }

  /** @param {string} id */
  #gone(id) {
    this.#entries.delete(id);
    this.#onChange();
  }

  /** @returns {HTMLElement[]} for the list */
  rows() {
    return [...this.#entries.values()].map((entry) => (entry.problem === '' ? this.#readingRow(entry) : this.#refusedRow(entry)));
  }

  /** @param {Entry} entry */
  #readingRow({ name, stop }) {
    const label = this.#t('reading-stop', { name });
    const cancel = button(this.#t('cancel'), { kind: 'quiet', class: 'small', onClick: stop, 'aria-label': label });
    return el('li', { class: 'document reading' }, working(this.#t('reading', { name })), cancel);
  }

  /** @param {Entry} entry */
  #refusedRow({ name, problem, stop, again }) {
    const t = this.#t;
    const told = [el('b', {}, name), el('br'), problem];
    const action = again && button(t('try-again'), { class: 'small', onClick: again, 'aria-label': `${t('try-again')}: ${name}` });
    const box = notice('bad', told, { action, onClose: stop, closeLabel: `${t('close')}: ${name}` });
    return el('li', { class: 'refused' }, box);
  }
}
