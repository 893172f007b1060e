// @ts-check
/** Long work of the server in sight: what is being done, how far it is, for how long, and a way out. */

import * as api from './api.js';
import { button, progressBar } from './components.js';
import { el, setText } from './dom.js';
import { clock } from './format.js';

/** @typedef {{value: number | null, text: string, detail?: string, lost?: boolean}} Told `value` in [0, 1]; null: nobody knows
 * how far; `lost`: nobody knows whether it goes on */

export class WorkView {
  #bar;
  #time = el('span', { class: 'elapsed', 'aria-hidden': 'true' });
  #detail = el('p', { class: 'detail' });
  #note;
  #stop;
  #cancel = new AbortController();
  #since = performance.now();
  #ticking;

  /** @param {{title: string, begins: string, note: string, cancel: string}} texts */
  constructor({ title, begins, note, cancel }) {
    this.#bar = progressBar(null, begins);
    this.#note = el('p', { class: 'hint' }, note);
    this.#stop = button(cancel, { kind: 'quiet', onClick: () => this.#cancelled() });
    this.node = el('div', { class: 'making', role: 'group', 'aria-label': title }, this.#bar, this.#time, this.#detail, this.#note, this.#stop);
    this.#ticking = setInterval(() => setText(this.#time, clock((performance.now() - this.#since) / 1000)), 1000);
  }

  /** Aborted when the user wants no more of it. */
  get cancelled() {
    return this.#cancel.signal;
  }

  /** @param {Told} told */
  tell({ value, text, detail = '', lost = false }) {
    this.#bar.update(value, text);
    setText(this.#detail, detail);
    this.#note.hidden = lost;
  }

  close() {
    clearInterval(this.#ticking);
  }

  #cancelled() {
    this.#stop.disabled = true;
    this.#cancel.abort();
  }
}

/**
 * Starts the work and stays with it to its end. A server that does not answer meanwhile is waited for.
 * @param {WorkView} view
 * @param {() => Promise<{id: string}>} start
 * @param {(job: api.Job) => Told} told
 * @param {{signal: AbortSignal, lost: string, forgotten: string}} options what is said while the server does not answer,
 *   and when it was started again and knows nothing of the work
 * @returns {Promise<api.Job | null>} null: cancelled
 * @throws {api.ApiError}
 */
export async function watched(view, start, told, { signal, lost, forgotten }) {
  const { id } = await start();
  const left = new AbortController();
  // A server that cannot even be told to stop is left alone.
  const stop = () => void api.cancelJob(id).catch(() => left.abort());
  if (view.cancelled.aborted) stop();
  else view.cancelled.addEventListener('abort', stop);
  try {
    const job = await api.job(id, {
      signal: AbortSignal.any([signal, left.signal]),
      onProgress: (now) => view.tell(told(now)),
      onLost: () => view.tell({ value: null, text: lost, lost: true }),
    });
    return job.status === 'done' ? job : null;
  } catch (error) {
    if (left.signal.aborted) return null;
    if (error instanceof api.ApiError && error.status === 404) throw new api.ApiError(forgotten, 404, 'job_forgotten', error);
    throw error;
  } finally {
    view.close();
  }
}
