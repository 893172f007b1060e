// @ts-check
/** The few things done to the page's elements. Content is only ever set as text, never as markup. */

/** @typedef {Node | string | number | null | undefined | false} Child */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An element with its properties and children. `class`, `role`, `for`, `aria-*` and `data-*` are attributes, `on` maps
 * events to listeners, everything else is a property of the element. Strings become text nodes.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(node, name, value);
  append(node, children);
  return node;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number | undefined>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'style') throw new Error('styles belong into style sheets');
    if (value !== undefined) node.setAttribute(name, String(value));
  }
  append(node, children);
  return node;
}

/**
 * @param {HTMLElement} node
 * @param {string} name
 * @param {any} value null, undefined: left out
 */
function set(node, name, value) {
  if (name === 'style') throw new Error('styles belong into style sheets; numbers go through style.setProperty');
  if (value === null || value === undefined) return;
  if (name === 'on') {
    for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  } else if (name === 'class') node.className = value;
  else if (name in node && name !== 'role' && name !== 'list') /** @type {any} */ (node)[name] = value;
  else node.setAttribute(name, String(value));
}

/**
 * @param {Element} node
 * @param {(Child | Child[])[]} children
 */
function append(node, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function element(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} [content]
 */
export function make(tag, className, content = '') {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = content;
  return node;
}

/**
 * A live region speaks when its text changes, so it is left alone when it does not.
 * @param {HTMLElement} node
 * @param {string} content
 */
export function setText(node, content) {
  if (node.textContent !== content) node.textContent = content;
}

/**
 * @param {HTMLElement} node
 * @param {string} content
 */
export function setAlert(node, content) {
  setText(node, content);
  node.hidden = content === '';
}
