// @ts-check
/** The candidate's documents: handed in, looked at, corrected, chosen. */

import * as api from '../api.js';
import { button, empty, icon, more, newId, notice } from '../components.js';
import { el } from '../dom.js';
import { documentRow, readingRow } from './document-row.js';
import { askForPasted, askForText } from './dialogs.js';
import { guessKind, inUse } from './kinds.js';

/** @typedef {import('../api.js').Document} Document */
/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */

const CHOSEN = 'moui.documents';
const MOST_IN_SIGHT = 3;
const ACCEPT = '.pdf,.docx,.hwp,.hwpx,.txt,.md';

export class Documents {
  /** @type {Document[]} */
  #all = [];
  /** @type {Set<string>} */
  #used = new Set();
  /** What to check in a document, by its id. @type {Map<string, string[]>} */
  #warnings = new Map();
  /** @type {Map<string, {name: string, stop: AbortController}>} */
  #reading = new Map();
  #list = el('ul', { class: 'documents' });
  /** Whether those that are not used were asked for. */
  #open = false;
  #context;
  #t;
  #words;

  /** @param {Context} context @param {Say} t @param {Say} words */
  constructor(context, t, words) {
    this.#context = context;
    this.#t = t;
    this.#words = words;
  }

  /** @returns {string[]} of the documents that are used */
  get chosen() {
    return this.#all.filter(({ id }) => this.#used.has(id)).map(({ id }) => id);
  }

  async load() {
    this.#all = await api.documents({ signal: this.#context.signal });
    const kept = localStorage.getItem(CHOSEN);
    this.#used = inUse(this.#all, kept === null ? null : kept.split(','));
    this.#render();
  }

  /** @returns {HTMLElement} */
  view() {
    const t = this.#t;
    const input = el('input', { type: 'file', multiple: true, accept: ACCEPT, class: 'unseen', tabIndex: -1, 'aria-label': t('choose-files') });
    input.addEventListener('change', () => {
      this.#take([...(input.files ?? [])]);
      input.value = '';
    });
    const zone = el(
      'div',
      { class: 'drop' },
      icon('file'),
      el('p', { class: 'drop-title' }, t('drop')),
      el('p', { class: 'hint' }, t('formats')),
      el(
        'div',
        { class: 'actions' },
        button(t('choose-files'), { onClick: () => input.click() }),
        button(t('paste'), { kind: 'quiet', onClick: () => void this.#paste() }),
      ),
      input,
    );
    this.#acceptDrops(zone);
    return el('div', { class: 'stack' }, zone, this.#list, el('p', { class: 'hint' }, t('private-note')));
  }

  /** Files may be let go anywhere on the page. @param {HTMLElement} zone */
  #acceptDrops(zone) {
    const { signal } = this.#context;
    const files = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') === true;
    addEventListener('dragover', (event) => files(event) && (event.preventDefault(), zone.classList.add('over')), { signal });
    addEventListener('dragleave', (event) => event.relatedTarget === null && zone.classList.remove('over'), { signal });
    addEventListener(
      'drop',
      (event) => {
        if (!files(event)) return;
        event.preventDefault();
        zone.classList.remove('over');
        this.#take([...(event.dataTransfer?.files ?? [])]);
      },
      { signal },
    );
  }

  /** @param {File[]} files */
  #take(files) {
    const kinds = this.#all.filter(({ id }) => this.#used.has(id)).map(({ kind }) => kind);
    for (const file of files) {
      const kind = guessKind(file.name, kinds);
      kinds.push(kind);
      void this.#read(file.name, (signal) => api.uploadDocument(file, kind, { signal }));
    }
  }

  /**
   * @param {string} name
   * @param {(signal: AbortSignal) => Promise<import('../api.js').Uploaded>} send
   */
  async #read(name, send) {
    const stop = new AbortController();
    const id = newId('reading');
    this.#reading.set(id, { name, stop });
    this.#context.signal.addEventListener('abort', () => stop.abort());
    this.#render();
    try {
      const { document, warnings } = await send(stop.signal);
      this.#all.push(document);
      this.#used.add(document.id);
      this.#warnings.set(document.id, warnings);
      this.#context.say(this.#t('read-done', { name: document.name }));
    } catch (error) {
      if (!stop.signal.aborted) this.#context.alert(`${name}: ${/** @type {Error} */ (error).message}`);
    } finally {
      this.#reading.delete(id);
      this.#changed();
    }
  }

  async #paste() {
    const pasted = await askForPasted(this.#t, this.#words, guessKind('', this.#all.map(({ kind }) => kind)));
    if (pasted === null) return;
    const name = this.#words(`document-${pasted.kind}`);
    void this.#read(name, (signal) => api.pasteDocument(pasted.kind, pasted.text, { signal }));
  }

  async takeSamples() {
    await this.#tried(async () => {
      for (const document of await api.samples(this.#context.language)) {
        this.#all.push(document);
        this.#used.add(document.id);
      }
    });
  }

  /** @param {Document} old */
  async #correct(old) {
    const text = await askForText(this.#t, old);
    if (text !== null && text !== old.text) await this.#replace(old, { text });
  }

  /** @param {Document} old @param {{text: string, kind?: api.DocumentKind}} body */
  async #replace(old, body) {
    await this.#tried(async () => {
      const made = await api.correctDocument(old.id, body);
      if (made.id !== old.id) {
        this.#context.say(this.#t('edited-copy'));
        if (this.#used.delete(old.id)) this.#used.add(made.id);
        this.#all.push(made);
      } else this.#all = this.#all.map((document) => (document.id === old.id ? made : document));
      this.#warnings.delete(old.id);
    });
  }

  /** @param {Document} document */
  async #delete(document) {
    await this.#tried(async () => {
      await api.deleteDocument(document.id);
      this.#all = this.#all.filter(({ id }) => id !== document.id);
      this.#used.delete(document.id);
    });
    this.#list.querySelector('input')?.focus();
  }

  /** @param {() => Promise<void>} work */
  async #tried(work) {
    try {
      await work();
    } catch (error) {
      this.#context.alert(/** @type {Error} */ (error).message);
    }
    this.#changed();
  }

  #changed() {
    localStorage.setItem(CHOSEN, this.chosen.join(','));
    if (!this.#context.signal.aborted) this.#render();
  }

  #render() {
    const focused = document.activeElement?.id ?? '';
    const newest = [...this.#all].reverse();
    const used = newest.filter(({ id }) => this.#used.has(id));
    // What is not used now is folded away once it would fill the page.
    const folded = used.length > 0 && newest.length - used.length > MOST_IN_SIGHT ? newest.filter(({ id }) => !this.#used.has(id)) : [];
    const rows = newest.filter((document) => !folded.includes(document)).map((document) => this.#row(document));
    if (folded.length > 0) rows.push(this.#folded(folded));
    const reading = [...this.#reading.values()].map(({ name, stop }) => readingRow(this.#t, name, () => stop.abort()));
    const none = rows.length + reading.length === 0;
    const t = this.#t;
    const sample = button(t('samples'), { kind: 'quiet', onClick: () => void this.takeSamples() });
    this.#list.replaceChildren(...(none ? [el('li', { class: 'bare' }, empty('', t('no-documents'), sample))] : [...reading, ...rows]));
    if (focused !== '') document.getElementById(focused)?.focus();
  }

  /** @param {Document[]} documents */
  #folded(documents) {
    const details = more(this.#t('kept', { n: documents.length }), el('ul', {}, documents.map((document) => this.#row(document))));
    details.open = this.#open;
    details.addEventListener('toggle', () => (this.#open = details.open));
    return el('li', { class: 'bare' }, details);
  }

  /** @param {Document} one */
  #row(one) {
    const row = documentRow(this.#t, this.#words, one, {
      used: this.#used.has(one.id),
      onUse: (used) => {
        if (used) this.#used.add(one.id);
        else this.#used.delete(one.id);
        this.#changed();
      },
      onKind: (kind) => void this.#replace(one, { text: one.text, kind }),
      onLook: () => void this.#correct(one),
      onDelete: () => void this.#delete(one),
    });
    for (const warning of this.#warnings.get(one.id) ?? []) row.append(notice('warn', warning));
    return row;
  }
}
