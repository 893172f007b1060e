// @ts-check
/** The controls of an interview: large, few, each with its key. */

import { button, icon } from '../components.js';
import { el, setText } from '../dom.js';

/**
 * @typedef {import('./keys.js').Action} Action
 * @typedef {import('./state.js').Interview} Interview
 * @typedef {{ captions: boolean, notes: boolean, keys: boolean }} Shown what the candidate has open
 * @typedef {{ act: (action: Action) => void, hold: (down: boolean) => void }} Actions
 */

/** @type {Record<string, { icon: Parameters<typeof icon>[0], key: string }>} */
const TOOLS = {
  mute: { icon: 'mic', key: 'M' },
  repeat: { icon: 'repeat', key: 'R' },
  skip: { icon: 'skip', key: 'S' },
  pause: { icon: 'pause', key: 'P' },
  captions: { icon: 'captions', key: 'C' },
  notes: { icon: 'note', key: 'N' },
  push: { icon: 'hand', key: 'T' },
  help: { icon: 'keyboard', key: '?' },
  end: { icon: 'stop', key: 'E' },
};

export class Toolbar {
  #tools = /** @type {Map<string, {node: HTMLButtonElement, label: HTMLElement, picture: HTMLElement}>} */ (new Map());
  #hold;
  #holdLabel = el('span', {});
  node;

  /** @param {Actions} actions */
  constructor(actions) {
    this.#hold = button('', { kind: 'primary', class: 'large hold' });
    this.#hold.append(icon('mic'), this.#holdLabel);
    this.#listen(actions);
    const make = (/** @type {Action} */ name) => this.#make(name, actions);
    const track = el('span', { class: 'track' }, el('span', { class: 'fill' }));
    const meter = el('span', { class: 'iv-level', 'aria-hidden': 'true' }, track);
    this.node = el(
      'div',
      { class: 'iv-tools', role: 'group' },
      el('div', { class: 'iv-group' }, el('div', { class: 'iv-mic' }, make('mute'), meter), make('push')),
      el('div', { class: 'iv-group' }, make('repeat'), make('skip'), make('pause')),
      el('div', { class: 'iv-group' }, make('captions'), make('notes'), make('help')),
      el('div', { class: 'iv-group' }, make('end')),
    );
  }

  /** Where push to talk is held; hidden otherwise. */
  get hold() {
    return this.#hold;
  }

  /** @param {Action} name */
  focus(name) {
    this.#tools.get(name)?.node.focus();
  }

  /**
   * @param {Action} name
   * @param {Actions} actions
   */
  #make(name, actions) {
    const label = el('span', { class: 'iv-label' });
    const picture = el('span', { class: 'iv-icon' }, icon(TOOLS[name]?.icon ?? 'info'));
    const node = el('button', { type: 'button', class: `iv-tool iv-${name}`, on: { click: () => actions.act(name) } }, picture, label);
    this.#tools.set(name, { node, label, picture });
    return node;
  }

  /** @param {Actions} actions */
  #listen({ hold }) {
    const node = this.#hold;
    node.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      node.setPointerCapture(event.pointerId);
      hold(true);
    });
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) node.addEventListener(end, () => hold(false));
    node.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  /**
   * @param {Interview} state
   * @param {Shown} shown
   * @param {import('../texts.js').Say} t
   */
  render(state, shown, t) {
    this.node.setAttribute('aria-label', t('tools'));
    const talking = state.line === 'up' && state.ending === '';
    this.#set('mute', t(state.muted ? 'unmute' : 'mute'), { pressed: state.muted, icon: state.muted ? 'mic-off' : 'mic', keys: shown.keys });
    this.#set('push', t('pushToTalk'), { pressed: state.pushToTalk, keys: shown.keys });
    this.#set('repeat', t('repeat'), { off: !talking || state.paused, keys: shown.keys });
    this.#set('skip', t('skip'), { off: !talking || state.paused, keys: shown.keys });
    this.#set('pause', t(state.paused ? 'resume' : 'pause'), { pressed: state.paused, icon: state.paused ? 'play' : 'pause', off: !talking, keys: shown.keys });
    this.#set('captions', t('captions'), { pressed: shown.captions, keys: shown.keys });
    this.#set('notes', t('notes'), { pressed: shown.notes, keys: shown.keys });
    this.#set('help', t('keys'), { keys: shown.keys });
    this.#set('end', t('end'), { keys: shown.keys });
    this.#hold.hidden = !state.pushToTalk;
    this.#hold.dataset.holding = String(state.holding);
    setText(this.#holdLabel, t(state.holding ? 'holding' : 'hold'));
  }

  /**
   * @param {string} name
   * @param {string} words
   * @param {{ pressed?: boolean, icon?: Parameters<typeof icon>[0], off?: boolean, keys: boolean }} look
   */
  #set(name, words, { pressed, icon: drawing, off = false, keys }) {
    const tool = this.#tools.get(name);
    if (tool === undefined) return;
    const key = TOOLS[name]?.key ?? '';
    setText(tool.label, words);
    tool.node.title = keys ? `${words} (${key})` : words;
    if (keys) tool.node.setAttribute('aria-keyshortcuts', key);
    else tool.node.removeAttribute('aria-keyshortcuts');
    if (pressed !== undefined && drawing === undefined) tool.node.setAttribute('aria-pressed', String(pressed));
    tool.node.dataset.on = String(pressed === true);
    tool.node.setAttribute('aria-disabled', String(off));
    if (drawing !== undefined && tool.picture.dataset.icon !== drawing) {
      tool.picture.dataset.icon = drawing;
      tool.picture.replaceChildren(icon(drawing));
    }
  }
}
