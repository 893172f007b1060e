// @ts-check
/** The player at the bottom of the report: what plays, how far, how fast. */

import { button, icon } from '../components.js';
import { el } from '../dom.js';
import { clock, MIC_RATE_HZ } from '../format.js';

/** @typedef {import('./player.js').Position} Position */
/** @typedef {import('./player.js').AnswerPlayer} AnswerPlayer */
/** @typedef {import('../texts.js').Say} Say */

const SPEEDS = Object.freeze([0.75, 1, 1.25, 1.5]);
/** Seconds forward that a key means. @type {Readonly<Record<string, number>>} */
const STEPS = Object.freeze({ ArrowLeft: -3, ArrowDown: -3, ArrowRight: 3, ArrowUp: 3, PageDown: -15, PageUp: 15 });

export class PlayerBar {
  #t;
  #player;
  #titles;
  #answers;
  #toggle;
  #title = el('button', { type: 'button', class: 'playing-title' });
  #time = el('span', { class: 'playing-time' });
  #range = el('input', { type: 'range', min: 0, max: 1, step: 0.1, value: '0' });
  /** Nobody is pulled back while dragging. */
  #dragging = false;

  /**
   * @param {Say} t
   * @param {AnswerPlayer} player
   * @param {ReadonlyMap<number, import('./player.js').Answer>} answers
   * @param {(turn: number) => string} titles
   * @param {(turn: number) => void} onShow where in the transcript it is
   */
  constructor(t, player, answers, titles, onShow) {
    this.#t = t;
    this.#player = player;
    this.#answers = answers;
    this.#titles = titles;
    this.#toggle = button(icon('play'), { class: 'round', onClick: () => player.toggle(), 'aria-label': t('play') });
    this.#range.setAttribute('aria-label', t('place'));
    this.#range.addEventListener('input', () => (this.#dragging = true));
    this.#range.addEventListener('change', () => {
      this.#dragging = false;
      this.#seek(Number(this.#range.value));
    });
    this.#range.addEventListener('keydown', (event) => this.#stepped(event));
    this.#title.title = t('show-turn');
    this.#title.addEventListener('click', () => onShow(player.position.turn ?? -1));
    this.node = el(
      'div',
      { class: 'player', role: 'group', 'aria-label': t('player'), hidden: true },
      this.#toggle,
      el('div', { class: 'playing' }, this.#title, this.#range),
      this.#time,
      this.#speeds(),
      button(icon('close'), { kind: 'quiet', class: 'round', onClick: () => player.stop(), 'aria-label': t('close-player') }),
    );
  }

  #speeds() {
    const node = el('select', { class: 'speed', 'aria-label': this.#t('speed') });
    for (const speed of SPEEDS) node.append(el('option', { value: String(speed), selected: speed === 1 }, `${speed}×`));
    node.addEventListener('change', () => (this.#player.speed = Number(node.value)));
    return node;
  }

  /** @param {number} seconds from the answer's beginning */
  #seek(seconds) {
    const answer = this.#answers.get(this.#player.position.turn ?? -1);
    if (answer !== undefined) this.#player.seek(answer.start_sample + Math.max(0, seconds) * MIC_RATE_HZ);
  }

  /** A tenth of a second, which is what the thumb moves by, is too little for a key. @param {KeyboardEvent} event */
  #stepped(event) {
    const step = STEPS[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#seek(Number(this.#range.value) + step);
  }

  /** @param {Position} position */
  update({ turn, sample, playing }) {
    const answer = turn === null ? undefined : this.#answers.get(turn);
    this.node.hidden = answer === undefined;
    if (answer === undefined || turn === null) return;
    const length = (answer.end_sample - answer.start_sample) / MIC_RATE_HZ;
    const at = (sample - answer.start_sample) / MIC_RATE_HZ;
    const label = this.#t(playing === '' ? 'play' : 'pause');
    if (this.#toggle.getAttribute('aria-label') !== label) {
      this.#toggle.setAttribute('aria-label', label);
      this.#toggle.replaceChildren(icon(playing === '' ? 'play' : 'pause'));
    }
    const title = this.#titles(turn);
    if (this.#title.textContent !== title) this.#title.textContent = title;
    const time = `${clock(at)} / ${clock(length)}`;
    if (this.#time.textContent !== time) {
      this.#time.textContent = time;
      this.#range.setAttribute('aria-valuetext', time);
    }
    if (this.#dragging) return;
    this.#range.max = length.toFixed(1);
    this.#range.value = at.toFixed(1);
  }
}
