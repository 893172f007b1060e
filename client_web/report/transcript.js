// @ts-check
/** What was said, turn by turn: marked, playable, and followed word by word while it plays. */

import { button, icon } from '../components.js';
import { el } from '../dom.js';
import { clock, MIC_RATE_HZ } from '../format.js';
import { pieces, places, wordAt } from './follow.js';

/** @typedef {import('../shapes.js').ReportTurn} ReportTurn */
/** @typedef {import('../shapes.js').Quote} Quote */
/** @typedef {import('../shapes.js').Moment} Moment */
/** @typedef {import('../texts.js').Say} Say */
/** @typedef {{node: HTMLElement, words: import('./follow.js').Place[], spans: HTMLElement[][]}} Followed */

export class Transcript {
  /** @type {Map<number, Followed>} */
  #followed = new Map();
  /** What is lit now. @type {{turn: number | null, word: number}} */
  #lit = { turn: null, word: -1 };

  /**
   * @param {Say} t
   * @param {import('./player.js').AnswerPlayer} player
   * @param {ReadonlyMap<number, readonly import('../shapes.js').HeardWord[]>} words of each turn
   * @param {number} zero the session's first sample: what is shown as 0:00
   * @param {string} language what is spoken
   */
  constructor(t, player, words, zero, language) {
    this.t = t;
    this.player = player;
    this.language = language;
    this.words = words;
    this.zero = zero;
  }

  /** @param {number} sample */
  time(sample) {
    return clock((sample - this.zero) / MIC_RATE_HZ);
  }

  /** @param {ReportTurn} turn */
  turn(turn) {
    const { number, speaker, name, text, spoken, start_sample: start } = turn;
    const playable = this.player.has(number);
    const body = el('p', { class: 'said', lang: this.language });
    const node = el(
      'div',
      { class: `turn ${speaker}`, 'data-turn': number },
      el('div', { class: 'turn-head' }, el('span', { class: 'who' }, name), spoken && !playable && el('span', { class: 'time' }, this.time(start))),
      body,
    );
    const heard = places(text, this.words.get(number) ?? []);
    /** @type {HTMLElement[][]} */
    const spans = heard.map(() => []);
    for (const { text: letters, element, place } of pieces(text, heard, turn.marks)) {
      if (element === '' && place === null) {
        body.append(letters);
        continue;
      }
      const span = el(element === '' ? 'span' : 'mark', { class: `${element} ${place === null ? '' : 'word'}`.trim() }, letters);
      if (place !== null) spans[place]?.push(span);
      body.append(span);
    }
    if (playable) {
      node.firstElementChild?.append(this.playButton(number, start, undefined, text));
      body.addEventListener('click', (event) => this.#clicked(number, heard, spans, event));
      body.classList.add('playable');
    }
    this.#followed.set(number, { node, words: heard, spans });
    return node;
  }

  /** A click on a word plays from there; for the keyboard there is the button of the turn.
   * @param {number} turn @param {import('./follow.js').Place[]} heard @param {HTMLElement[][]} spans @param {Event} event */
  #clicked(turn, heard, spans, event) {
    if (getSelection()?.isCollapsed === false) return;
    const word = spans.findIndex((parts) => parts.includes(/** @type {HTMLElement} */ (event.target)));
    const place = heard[word];
    if (place !== undefined) void this.player.play(turn, place.from);
  }

  /**
   * @param {number} turn
   * @param {number} from
   * @param {number | undefined} to
   * @param {string} text what is heard then
   */
  playButton(turn, from, to, text) {
    const time = this.time(from);
    const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    const label = this.t('listen-to', { text: short, time });
    return button([icon('play'), time], { kind: 'quiet', class: 'play', 'aria-label': label, onClick: () => void this.player.play(turn, from, to) });
  }

  /** @param {Quote} quote */
  quote({ text, turn, start_sample: from, end_sample: to }) {
    const playable = from !== null && this.player.has(turn);
    const play = playable && this.playButton(turn, from, to ?? undefined, text);
    return el('blockquote', { class: 'quote', lang: this.language }, el('p', {}, `“${text}”`), play);
  }

  /** @param {Moment} moment */
  moment({ turn, start_sample: from, end_sample: to, text }) {
    const play = this.player.has(turn) ? this.playButton(turn, from, to, text) : el('span', { class: 'time' }, this.time(from));
    return el('span', { class: 'moment' }, play, el('span', {}, text));
  }

  /** Lights the word that is being said. @param {import('./player.js').Position} position */
  follow({ turn, sample }) {
    const now = turn === null ? undefined : this.#followed.get(turn);
    const word = now === undefined ? -1 : wordAt(now.words, sample);
    if (turn !== this.#lit.turn) {
      this.#followed.get(this.#lit.turn ?? -1)?.node.classList.remove('now');
      now?.node.classList.add('now');
      if (now !== undefined) reveal(now.node);
    } else if (word === this.#lit.word) return;
    this.#light(this.#lit, false);
    this.#lit = { turn, word };
    this.#light(this.#lit, true);
  }

  /** @param {{turn: number | null, word: number}} place @param {boolean} on */
  #light({ turn, word }, on) {
    for (const span of this.#followed.get(turn ?? -1)?.spans[word] ?? []) span.classList.toggle('lit', on);
  }
}

/** Scrolls only where it has to. @param {HTMLElement} node */
function reveal(node) {
  const { top, bottom } = node.getBoundingClientRect();
  if (top > 60 && bottom < innerHeight - 110) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  node.scrollIntoView({ block: 'center', behavior: calm ? 'auto' : 'smooth' });
}
