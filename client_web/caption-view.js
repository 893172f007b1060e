// @ts-check
/** The captions on the page: visible lines that change while someone talks, and finished ones for screen readers. */

import { hasText } from './captions.js';
import { element, make } from './dom.js';
import { textOf } from './texts.js';

/**
 * @typedef {import('./captions.js').Caption} Caption
 * @typedef {'ko' | 'en'} PageLanguage
 */

export class CaptionView {
  #lines = element('lines');
  #scroller = element('captions');
  #spoken = element('spoken');
  /** @type {Map<string, {caption: Caption, row: HTMLElement}>} */
  #rows = new Map();
  #following = true;
  #height = 0;

  constructor() {
    this.#scroller.addEventListener('scroll', () => this.#noticeScroll(), { passive: true });
    // What stands above takes room, and gives it back: the last line stays in sight.
    new ResizeObserver(() => this.#resized()).observe(this.#scroller);
    element('latest').addEventListener('click', () => this.#follow());
  }

  /**
   * Rows are kept by id: text that did not change is not touched, so selecting it works while someone talks.
   * @param {readonly Caption[]} captions
   * @param {PageLanguage} language
   * @param {boolean} relabel
   */
  render(captions, language, relabel) {
    /** @type {Map<string, {caption: Caption, row: HTMLElement}>} */
    const rows = new Map();
    for (const caption of captions) {
      if (!hasText(caption)) continue;
      const old = this.#rows.get(caption.id);
      const row = old?.row ?? make('li', 'line');
      if (relabel || old?.caption !== caption) fillRow(row, caption, language);
      if (caption.final && !old?.caption.final) this.#say(caption, language);
      rows.set(caption.id, { caption, row });
    }
    for (const [id, { row }] of this.#rows) if (!rows.has(id)) row.remove();
    let place = this.#lines.firstElementChild;
    for (const { row } of rows.values()) {
      if (row === place) place = place.nextElementSibling;
      else this.#lines.insertBefore(row, place);
    }
    this.#rows = rows;
    if (this.#following) this.#follow();
  }

  /**
   * Finished lines only: a screen reader that reads every interim word reads nothing.
   * @param {Caption} caption
   * @param {PageLanguage} language
   */
  #say(caption, language) {
    const who = textOf('call', language)(caption.role === 'user' ? 'you' : 'interviewer');
    this.#spoken.append(make('p', '', `${who}: ${caption.stable}`));
    while (this.#spoken.childElementCount > 4) this.#spoken.firstElementChild?.remove();
  }

  #resized() {
    this.#height = this.#scroller.clientHeight;
    if (this.#following) this.#follow();
  }

  #noticeScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    if (clientHeight !== this.#height) return; // nobody scrolled: it has another height now
    this.#following = scrollHeight - scrollTop - clientHeight < 48;
    element('latest').hidden = this.#following;
  }

  #follow() {
    this.#following = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    element('latest').hidden = true;
  }
}

/**
 * @param {HTMLElement} row
 * @param {Caption} caption
 * @param {PageLanguage} language
 */
function fillRow(row, caption, language) {
  row.dataset.role = caption.role;
  row.dataset.final = String(caption.final);
  const who = make('span', 'who', textOf('call', language)(caption.role === 'user' ? 'you' : 'interviewer'));
  const said = make('p', 'said');
  // The space between the two parts belongs to the first: a space is neither underlined nor struck out.
  const gap = caption.tail.length - caption.tail.trimStart().length;
  said.append(make('span', 'stable', caption.stable + caption.tail.slice(0, gap)));
  if (caption.tail.length > gap) {
    said.append(make('span', caption.cut ? 'unheard' : 'tail', caption.tail.slice(gap).trimEnd()));
  }
  if (caption.cut) said.append(' ', make('span', 'cut', textOf('call', language)('interrupted')));
  row.replaceChildren(who, said);
}
