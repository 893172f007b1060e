// @ts-check
/** What was said, turn by turn: marked, playable, and followed word by word while it plays. */

import { button, icon } from '../components.js';
import { el } from '../dom.js';
import { clock, MIC_RATE_HZ } from '../format.js';
import { pieces, places, wordAt } from './follow.js';
import { keyOf } from './player.js';

/** @typedef {import('../shapes.js').ReportTurn} ReportTurn */
/** @typedef {import('../shapes.js').Quote} Quote */
/** @typedef {import('../shapes.js').Moment} Moment */
/** @typedef {import('../texts.js').Say} Say */
/** `whole`: a turn, not a quote of it; `lit`: the word that is being said, -1: none
 * @typedef {{node: HTMLElement, words: import('./follow.js').Place[], spans: HTMLElement[][], whole: boolean, lit: number}} Followed */

/** A word stays lit so long after its end, if no other follows. */
const AFTER = MIC_RATE_HZ / 2;
/** Pixels at the bottom of the window that the player may cover. */
const UNDER = 140;

export class Transcript {
  /** Wherever words of a turn are written. @type {Map<number, Followed[]>} */
  #followed = new Map();
  /** By the key of what they play. @type {Map<string, HTMLButtonElement[]>} */
  #buttons = new Map();
  /** @type {number | null} */
  #turn = null;
  #playing = '';
  /** The reader has what is being said in sight: then it is kept there. */
  #watched = false;

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
    const followed = this.#written(number, body, node, text, this.words.get(number) ?? [], turn.marks);
    if (playable) {
      node.firstElementChild?.append(this.playButton(number, start, undefined, text));
      body.addEventListener('click', (event) => this.#clicked(number, followed, event));
      body.classList.add('playable');
    }
    return node;
  }

  /**
   * Puts a text into `body`, each word that was heard in an element of its own.
   * @param {number} turn
   * @param {HTMLElement} body
   * @param {HTMLElement} node of the whole turn; of a quote `body`
   * @param {string} text
   * @param {readonly import('../shapes.js').HeardWord[]} words
   * @param {readonly import('../shapes.js').Mark[]} marks
   */
  #written(turn, body, node, text, words, marks) {
    const heard = places(text, words);
    /** @type {HTMLElement[][]} */
    const spans = heard.map(() => []);
    for (const { text: letters, element, place } of pieces(text, heard, marks)) {
      if (element === '' && place === null) {
        body.append(letters);
        continue;
      }
      const span = el(element === '' ? 'span' : 'mark', { class: `${element} ${place === null ? '' : 'word'}`.trim() }, letters);
      if (place !== null) spans[place]?.push(span);
      body.append(span);
    }
    const followed = { node, words: heard, spans, whole: node !== body, lit: -1 };
    this.#followed.set(turn, [...(this.#followed.get(turn) ?? []), followed]);
    return followed;
  }

  /** A click on a word plays from there; for the keyboard there is the button of the turn.
   * @param {number} turn @param {Followed} followed @param {Event} event */
  #clicked(turn, { words, spans }, event) {
    if (getSelection()?.isCollapsed === false) return;
    const word = spans.findIndex((parts) => parts.includes(/** @type {HTMLElement} */ (event.target)));
    const place = words[word];
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
    const press = () => this.player.press(turn, from, to);
    const node = button([icon('play'), time], { kind: 'quiet', class: 'play', 'aria-label': label, 'aria-pressed': 'false', onClick: press });
    const key = keyOf(turn, from, to);
    this.#buttons.set(key, [...(this.#buttons.get(key) ?? []), node]);
    return node;
  }

  /** @param {Quote} quote */
  quote({ text, turn, start_sample: from, end_sample: to }) {
    const playable = from !== null && this.player.has(turn);
    const play = playable && this.playButton(turn, from, to ?? undefined, text);
    const body = el('p', {});
    const heard = (this.words.get(turn) ?? []).filter((word) => playable && word.start_sample >= from && word.end_sample <= (to ?? Infinity));
    this.#written(turn, body, body, `“${text}”`, heard, []);
    return el('blockquote', { class: 'quote', lang: this.language }, body, play);
  }

  /** @param {Moment} moment */
  moment({ turn, start_sample: from, end_sample: to, text }) {
    const play = this.player.has(turn) ? this.playButton(turn, from, to, text) : el('span', { class: 'time' }, this.time(from));
    return el('span', { class: 'moment' }, play, el('span', {}, text));
  }

  /** To where a turn is written. @param {number} turn */
  show(turn) {
    const whole = this.#followed.get(turn)?.find((followed) => followed.whole);
    whole?.node.scrollIntoView({ block: 'center' });
    whole?.node.querySelector('button')?.focus({ preventScroll: true });
  }

  /** Lights the word that is being said, wherever it is written. @param {import('./player.js').Position} position */
  follow({ turn, sample, playing }) {
    if (playing !== this.#playing) {
      this.#press(this.#playing, false);
      this.#press((this.#playing = playing), true);
    }
    if (turn !== this.#turn) {
      for (const old of this.#followed.get(this.#turn ?? -1) ?? []) this.#light(old, -1);
      this.#turn = turn;
    }
    for (const followed of this.#followed.get(turn ?? -1) ?? []) {
      const word = wordAt(followed.words, sample);
      const last = followed.words[word];
      this.#light(followed, last !== undefined && sample > last.to + AFTER && word === followed.words.length - 1 ? -1 : word);
      if (followed.whole) followed.node.classList.add('now');
    }
  }

  /** @param {string} key @param {boolean} on */
  #press(key, on) {
    for (const node of this.#buttons.get(key) ?? []) {
      node.setAttribute('aria-pressed', String(on));
      node.firstElementChild?.replaceWith(icon(on ? 'pause' : 'play'));
      // The player has just come up: it must not hide what was pressed.
      if (on && node === document.activeElement && !inSight(node)) bring(node);
    }
  }

  /** @param {Followed} followed @param {number} word */
  #light(followed, word) {
    const { lit, node, spans, whole } = followed;
    if (word === -1) node.classList.remove('now');
    if (word === lit) return;
    const before = spans[lit]?.[0] ?? (this.#watched ? null : node);
    for (const span of spans[lit] ?? []) span.classList.remove('lit');
    for (const span of spans[word] ?? []) span.classList.add('lit');
    followed.lit = word;
    const now = spans[word]?.[0];
    if (!whole || now === undefined) return;
    this.#watched = before === null || inSight(before);
    if (this.#watched && !inSight(now)) bring(now);
  }
}

/** @param {HTMLElement} node */
function inSight(node) {
  const { top, bottom } = node.getBoundingClientRect();
  return bottom > 60 && top < innerHeight - UNDER;
}

/** @param {HTMLElement} node */
function bring(node) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  node.scrollIntoView({ block: 'center', behavior: calm ? 'auto' : 'smooth' });
}
