// @ts-check
/** The pieces that every page is made of: small functions over el(). Their style is style/components.css. */

import { el, svg } from './dom.js';

/** @typedef {import('./dom.js').Child} Child */
/** @typedef {'primary' | 'plain' | 'quiet' | 'danger'} ButtonKind */

let made = 0;

/** @param {string} prefix @returns {string} an id no other element has */
export const newId = (prefix) => `${prefix}-${(made += 1)}`;

/**
 * @param {Child | Child[]} label
 * @param {{ kind?: ButtonKind, onClick?: (event: MouseEvent) => void, class?: string, [property: string]: any }} [options]
 */
export function button(label, { kind = 'plain', onClick, class: extra = '', ...rest } = {}) {
  const on = onClick === undefined ? {} : { click: onClick };
  return el('button', { type: 'button', class: `button ${kind} ${extra}`.trim(), on, ...rest }, label);
}

/**
 * A link that looks like a button.
 * @param {Child} label
 * @param {string} href
 * @param {{ kind?: ButtonKind, class?: string, [property: string]: any }} [options]
 */
export function linkButton(label, href, { kind = 'plain', class: extra = '', ...rest } = {}) {
  return el('a', { href, class: `button ${kind} ${extra}`.trim(), ...rest }, label);
}

/**
 * A part of a page under its own heading.
 * @param {Child} title null: none
 * @param {{ level?: 2 | 3, class?: string, lead?: string } | null} options
 * @param {...(Child | Child[])} children
 */
export function card(title, options, ...children) {
  const { level = 2, class: extra = '', lead = '' } = options ?? {};
  const id = newId('card');
  const heading = title === null ? null : el(level === 2 ? 'h2' : 'h3', { id }, title);
  const props = { class: `card ${extra}`.trim(), 'aria-labelledby': title === null ? null : id };
  return el('section', props, heading, lead !== '' && el('p', { class: 'soft' }, lead), ...children);
}

/**
 * A labelled control; `control` must not have an id yet.
 * @param {string} label
 * @param {HTMLElement} control
 * @param {{ hint?: string, class?: string }} [options]
 */
export function field(label, control, { hint = '', class: extra = '' } = {}) {
  control.id = newId('field');
  const hintId = `${control.id}-hint`;
  if (hint !== '') control.setAttribute('aria-describedby', hintId);
  return el(
    'div',
    { class: `field ${extra}`.trim() },
    el('label', { htmlFor: control.id }, label),
    control,
    hint !== '' && el('p', { class: 'hint', id: hintId }, hint),
  );
}

/**
 * @param {readonly (readonly [value: string, label: string])[]} choices
 * @param {string} value
 * @param {(value: string) => void} onChange
 */
export function select(choices, value, onChange) {
  const node = el('select', { on: { change: () => onChange(node.value) } });
  for (const [each, label] of choices) node.append(el('option', { value: each, selected: each === value }, label));
  return node;
}

/**
 * One of a few, all of them in sight: radio buttons that look like one control.
 * @param {string} label
 * @param {readonly (readonly [value: string, label: string])[]} choices
 * @param {string} value
 * @param {(value: string) => void} onChange
 * @param {{ hint?: string, class?: string }} [options]
 */
export function segmented(label, choices, value, onChange, { hint = '', class: extra = '' } = {}) {
  const name = newId('choice');
  return el(
    'fieldset',
    { class: `segmented ${extra}`.trim() },
    el('legend', {}, label),
    el(
      'div',
      { class: 'segments' },
      choices.map(([each, text]) => {
        const on = { change: () => onChange(each) };
        return el('label', {}, el('input', { type: 'radio', name, value: each, checked: each === value, on }), el('span', {}, text));
      }),
    ),
    hint !== '' && el('p', { class: 'hint' }, hint),
  );
}

/**
 * On or off, at once.
 * @param {string} label
 * @param {boolean} checked
 * @param {(checked: boolean) => void} onChange
 * @param {{ hint?: string }} [options]
 */
export function toggle(label, checked, onChange, { hint = '' } = {}) {
  const id = newId('toggle');
  const input = el('input', { type: 'checkbox', role: 'switch', id, checked, on: { change: () => onChange(input.checked) } });
  if (hint !== '') input.setAttribute('aria-describedby', `${id}-hint`);
  return el(
    'div',
    { class: 'toggle' },
    input,
    el('label', { htmlFor: id }, label),
    hint !== '' && el('p', { class: 'hint', id: `${id}-hint` }, hint),
  );
}

/**
 * @param {number | null} value in [0, 1]; null: nobody knows how far
 * @param {string} label
 * @returns {HTMLElement & { update: (value: number | null, text?: string) => void }}
 */
export function progressBar(value, label) {
  const bar = el('progress', { max: 1, 'aria-label': label });
  const text = el('span', { class: 'progress-text' }, label);
  const node = el('div', { class: 'progress' }, bar, text);
  const update = (/** @type {number | null} */ now, /** @type {string} */ words = text.textContent ?? '') => {
    if (now === null) bar.removeAttribute('value');
    else bar.value = Math.min(1, Math.max(0, now));
    if (text.textContent !== words) text.textContent = words;
  };
  update(value);
  return Object.assign(node, { update });
}

/** One line that says that something is going on. @param {string} text */
export function working(text) {
  return el('p', { class: 'working', role: 'status' }, el('span', { class: 'pulse', 'aria-hidden': 'true' }), text);
}

/**
 * @param {'info' | 'good' | 'warn' | 'bad'} kind
 * @param {Child | Child[]} text
 * @param {{ onClose?: () => void, closeLabel?: string, action?: Child }} [options]
 */
export function notice(kind, text, { onClose, closeLabel = '', action } = {}) {
  const icons = /** @type {const} */ ({ info: 'info', good: 'check', warn: 'warn', bad: 'warn' });
  const close = onClose && el('button', { type: 'button', class: 'close', 'aria-label': closeLabel, on: { click: onClose } }, icon('close'));
  return el('div', { class: `notice ${kind}` }, icon(icons[kind]), el('p', {}, text), action, close);
}

/**
 * There is nothing here yet, and what to do about it.
 * @param {string} title
 * @param {string} text
 * @param {...Child} actions
 */
export function empty(title, text, ...actions) {
  return el('div', { class: 'empty' }, el('p', { class: 'empty-title' }, title), el('p', { class: 'soft' }, text), el('div', { class: 'actions' }, actions));
}

/**
 * A question that has to be answered first.
 * @param {string} title
 * @param {Child | Child[]} body
 * @param {{ confirm: string, cancel: string, kind?: ButtonKind, allowed?: () => boolean, attempt?: () => Promise<string> }} words
 *   `allowed` is asked after every input: whether it can be confirmed. `attempt` is made when it is confirmed: a sentence
 *   says why it failed, and the dialog stays, with all that was written into it
 * @returns {Promise<boolean>} whether it was confirmed
 */
export function ask(title, body, { confirm, cancel, kind = 'primary', allowed = () => true, attempt }) {
  const id = newId('dialog');
  const node = el('dialog', { class: 'dialog', 'aria-labelledby': id });
  return new Promise((resolve) => {
    const close = (/** @type {boolean} */ answer) => {
      resolve(answer);
      node.close();
    };
    const failed = el('div', { role: 'alert' });
    const sure = async () => {
      if (yes.ariaBusy === 'true') return;
      yes.ariaBusy = 'true';
      const why = attempt === undefined ? '' : await attempt();
      yes.ariaBusy = 'false';
      if (why === '') close(true);
      else failed.replaceChildren(notice('bad', why));
    };
    const yes = button(confirm, { kind, disabled: !allowed(), onClick: () => void sure() });
    node.addEventListener('close', () => (node.remove(), resolve(false)));
    node.addEventListener('input', () => (yes.disabled = !allowed()));
    node.append(
      el('h2', { id }, title),
      el('div', { class: 'dialog-body' }, body, failed),
      el('div', { class: 'actions' }, button(cancel, { onClick: () => close(false) }), yes),
    );
    document.body.append(node);
    node.showModal();
  });
}

/**
 * A few words in a small frame.
 * @param {Child} text
 * @param {'' | 'good' | 'warn' | 'bad' | 'accent'} [tone]
 */
export function tag(text, tone = '') {
  return el('span', { class: `tag ${tone}`.trim() }, text);
}

/**
 * Names and what they stand for.
 * @param {readonly (readonly [name: Child, value: Child | Child[]])[]} rows
 * @param {string} [className]
 */
export function facts(rows, className = '') {
  return el('dl', { class: `facts ${className}`.trim() }, rows.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

/** What can be opened by who wants to know more. @param {string} summary @param {...(Child | Child[])} children */
export function more(summary, ...children) {
  return el('details', { class: 'more' }, el('summary', {}, summary), ...children);
}

const ICONS = Object.freeze({
  arrow: 'M5 12h14M13 6l6 6-6 6',
  back: 'M19 12H5M11 6l-6 6 6 6',
  captions: 'M4 6h16v12H4zM7.5 14h4M14.5 14h2M7.5 10.5h2M12.5 10.5h4',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6L6 18',
  down: 'M6 9l6 6 6-6',
  up: 'M6 15l6-6 6 6',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  file: 'M7 3h7l4 4v14H7zM14 3v5h4',
  hand: 'M9 12V5.5a1.5 1.5 0 0 1 3 0V11m0-.5V4.5a1.5 1.5 0 0 1 3 0V12m0-5.5a1.5 1.5 0 0 1 3 0V15a6 6 0 0 1-6 6h-1a6 6 0 0 1-4.8-2.4L4 15.2a1.5 1.5 0 0 1 2.3-1.9L9 15.5',
  info: 'M12 11v6M12 7.5v.5M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
  keyboard: 'M3 7h18v11H3zM7 11v.5M11 11v.5M15 11v.5M18 11v.5M8 14.5h8',
  lock: 'M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3',
  mic: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4',
  'mic-off': 'M4 4l16 16M9 9v2a3 3 0 0 0 4.5 2.6M15 10V6a3 3 0 0 0-5.6-1.5M6 11a6 6 0 0 0 9.3 5M18 11a6 6 0 0 1-.5 2.4M12 17v4',
  note: 'M6 4h12v11l-4 5H6zM14 20v-5h4M9 8.5h6M9 12h4',
  pause: 'M8 5v14M16 5v14',
  pin: 'M9 4h6l-1 7 4 3v2H6v-2l4-3zM12 16v5',
  play: 'M8 5l11 7-11 7z',
  plus: 'M12 5v14M5 12h14',
  print: 'M7 8V3h10v5M7 17H4V9h16v8h-3M7 14h10v7H7z',
  repeat: 'M4 12a8 8 0 0 1 14-5l2 2M20 4v5h-5M20 12a8 8 0 0 1-14 5l-2-2M4 20v-5h5',
  skip: 'M6 5l9 7-9 7zM18 5v14',
  speaker: 'M4 10v4h4l5 4V6l-5 4zM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11',
  stop: 'M7 7h10v10H7z',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5',
  warn: 'M12 4l9.5 16h-19zM12 10v5M12 17.5v.5',
});

/** A drawing beside words: never the only name of a control. @param {keyof typeof ICONS} name */
export function icon(name) {
  return svg('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d: ICONS[name] }));
}
