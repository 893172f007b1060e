// @ts-check
/** The candidate's documents: handed in, looked at, corrected, chosen. */

import * as api from '../api.js';
import { button, empty, icon, more, notice } from '../components.js';
import { el } from '../dom.js';
import { askForPasted, askForText } from './dialogs.js';
import { documentRow } from './document-row.js';
import { Incoming } from './incoming.js';
import { guessKind, inUse } from './kinds.js';

/** @typedef {import('../api.js').Document} Document */
/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */

const CHOSEN = 'moui.documents';
const MOST_IN_SIGHT = 3;
const MOST_NAME = 50; // characters
const ACCEPT = '.pdf,.docx,.hwp,.hwpx,.txt,.md';

export class Documents {
  /** @type {Document[]} */
  #all = [];
  /** @type {Set<string>} */
  #used = new Set();
  /** What to check in a document, by its id. @type {Map<string, string[]>} */
  #warnings = new Map();
  /** Pasted, and not handed in yet. @type {{kind: api.DocumentKind, text: string} | null} */
  #pasted = null;
  #incoming;
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
    this.#incoming = new Incoming(context, t, { onRead: (read) => this.#added(read), onChange: () => this.#changed() });
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
    const input = el('input', { type: 'file', multiple: true, accept: ACCEPT, hidden: true });
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
        // A folder looks like a file, and cannot be read like one.
        const folders = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry()?.isDirectory === true);
        const dropped = [...(event.dataTransfer?.files ?? [])];
        for (const folder of dropped.filter((_, index) => folders[index])) this.#incoming.refuse(folder.name, this.#t('folder'));
        this.#take(dropped.filter((_, index) => !folders[index]));
      },
      { signal },
    );
  }

  /** @param {File[]} files */
  #take(files) {
    this.#incoming.take(files, this.#all.filter(({ id }) => this.#used.has(id)).map(({ kind }) => kind));
  }

  /** @param {api.Uploaded} read */
  #added({ document, warnings }) {
    this.#all.push(document);
    this.#used.add(document.id);
    this.#warnings.set(document.id, warnings);
    this.#context.say(this.#t('read-done', { name: document.name }));
    this.#changed();
  }

  async #paste() {
    const draft = (this.#pasted ??= { kind: guessKind('', this.#all.map(({ kind }) => kind)), text: '' });
    await askForPasted(this.#t, this.#words, draft, () => this.#why(async () => {
      const name = nameOf(draft.text) || this.#words(`document-${draft.kind}`);
      this.#added(await api.pasteDocument({ ...draft, name }));
      this.#pasted = null;
    }));
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
    await askForText(this.#t, old, (text) => (text === old.text ? Promise.resolve('') : this.#why(() => this.#replace(old, { text }))));
  }

  /** @param {Document} old @param {{text: string, kind?: api.DocumentKind}} body */
  async #replace(old, body) {
    const made = await api.correctDocument(old.id, body);
    if (made.id !== old.id) {
      this.#context.say(this.#t('edited-copy'));
      if (this.#used.delete(old.id)) this.#used.add(made.id);
      this.#all.push(made);
    } else this.#all = this.#all.map((document) => (document.id === old.id ? made : document));
    this.#warnings.delete(old.id);
    this.#changed();
  }

  /** @param {Document} document */
  async #delete(document) {
    await this.#tried(async () => {
      await api.deleteDocument(document.id);
      this.#all = this.#all.filter(({ id }) => id !== document.id);
      this.#used.delete(document.id);
    });
  }

  /** @param {() => Promise<void>} work */
  async #tried(work) {
    const why = await this.#why(work);
    if (why !== '') this.#context.alert(why);
    this.#changed();
  }

  /** @param {() => Promise<void>} work @returns {Promise<string>} why it failed, or '' */
  async #why(work) {
    try {
      await work();
      return '';
    } catch (error) {
      return /** @type {Error} */ (error).message;
    }
  }

  #changed() {
    localStorage.setItem(CHOSEN, this.chosen.join(','));
    if (!this.#context.signal.aborted) this.#render();
  }

  #render() {
    const focused = this.#list.contains(document.activeElement) ? document.activeElement : null;
    const newest = [...this.#all].reverse();
    const used = newest.filter(({ id }) => this.#used.has(id));
    // What is not used now is folded away once it would fill the page.
    const folded = used.length > 0 && newest.length - used.length > MOST_IN_SIGHT ? newest.filter(({ id }) => !this.#used.has(id)) : [];
    const rows = newest.filter((document) => !folded.includes(document)).map((document) => this.#row(document));
    if (folded.length > 0) rows.push(this.#folded(folded));
    const incoming = this.#incoming.rows();
    const none = rows.length + incoming.length === 0;
    const t = this.#t;
    const sample = button(t('samples'), { kind: 'quiet', onClick: () => void this.takeSamples() });
    this.#list.replaceChildren(...(none ? [el('li', { class: 'bare' }, empty('', t('no-documents'), sample))] : [...incoming, ...rows]));
    if (focused === null) return;
    const again = focused.id === '' ? null : document.getElementById(focused.id);
    (again ?? this.#list.querySelector('input, button'))?.focus();
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
      onKind: (kind) => void this.#tried(() => this.#replace(one, { text: one.text, kind })),
      onLook: () => void this.#correct(one),
      onDelete: () => void this.#delete(one),
    });
    for (const warning of this.#warnings.get(one.id) ?? []) row.append(notice('warn', warning));
    return row;
  }
}

/** What a pasted text is called: its first line. @param {string} text */
function nameOf(text) {
  const line = text.split('\n').map((each) => each.replace(/^[#\s*•-]+/, '').trim()).find((each) => each !== '') ?? '';
  return line.length > MOST_NAME ? `${line.slice(0, MOST_NAME)}…` : line;
}
