// @ts-check
/** The few things done to the page's elements. Content is only ever set as text, never as markup. */

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
