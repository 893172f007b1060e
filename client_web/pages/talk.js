// @ts-check
/** Free talk: the one conversation that belongs to no interview, with nothing to prepare and nothing kept. */

import { Call } from '../call.js';
import { inspect } from '../inspect.js';
import { needle, smooth } from '../meter.js';
import { preferences } from '../preferences.js';
import { inCall, initialState, reduce } from '../session.js';
import { watchStatus } from '../status-watch.js';
import { canResume, TalkView } from '../talk-view.js';
import { textOf } from '../texts.js';
import { recordTimings } from '../timings-log.js';

/** @typedef {import('../router.js').Context} Context */

class Talk {
  #context;
  #state;
  #view;
  /** @type {Call | null} */
  #call = null;
  #shownMicrophone = 0;
  #shownVoice = 0;

  /**
   * @param {HTMLElement} root
   * @param {Context} context
   */
  constructor(root, context) {
    this.#context = context;
    this.#state = initialState(preferences().interviewLanguage ?? context.language);
    this.#view = new TalkView(root, {
      start: () => this.#start(),
      stop: () => this.#stop(),
      language: (language) => this.#dispatch({ type: 'local.language', language }),
      closeNotice: (id) => this.#dispatch({ type: 'local.notice-closed', id }),
    });
    this.#render();
    watchStatus((status) => this.#dispatch({ type: 'local.status', status }), context.signal);
    inspect({ state: () => this.#state, stats: () => ({ ...this.#call?.stats }) });
  }

  relabel() {
    this.#render();
  }

  leave() {
    this.#call?.stop();
  }

  /** @param {import('../session.js').Event} event */
  #dispatch(event) {
    if (event.type === 'moui.turn.timings') recordTimings(event);
    const next = reduce(this.#state, event);
    if (next === this.#state) return;
    this.#state = next;
    this.#render();
  }

  #render() {
    this.#context.interviewIn(this.#state.language);
    this.#view.render(this.#state, this.#context.language);
  }

  #start() {
    if (inCall(this.#state)) return;
    this.#dispatch({ type: 'local.start', resume: canResume(this.#state) });
    const { microphone, speaker, patience, voices } = preferences();
    const voice = voices[this.#state.language];
    this.#call = new Call({
      wishes: { microphone, speaker, patience, voice },
      dispatch: (event) => this.#dispatch(event),
      language: this.#state.language,
      history: this.#state.captions,
      usersTurn: () => this.#state.phase === 'listening',
    });
    void this.#call.start();
    requestAnimationFrame(() => this.#animate());
    this.#view.focusStop();
  }

  #stop() {
    this.#call?.stop();
    this.#dispatch({ type: 'local.stop' });
    this.#view.focusStart();
  }

  #animate() {
    const talking = inCall(this.#state) && !this.#context.signal.aborted;
    this.#shownMicrophone = talking ? smooth(this.#shownMicrophone, this.#call?.micNeedle ?? 0) : 0;
    this.#shownVoice = talking ? smooth(this.#shownVoice, needle(this.#call?.voiceLevel() ?? 0)) : 0;
    this.#view.levels(this.#shownMicrophone, this.#shownVoice);
    if (talking) requestAnimationFrame(() => this.#animate());
  }
}

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf('talk', language)('title'),
  show: (root, context) => new Talk(root, context),
};
