// @ts-check
/** A small page that is made anew at every change: the keyboard, and what was opened, stay where they were. */

/**
 * @param {HTMLElement} root
 * @param {() => void} render
 */
export function keepPlace(root, render) {
  const controls = () => [...root.querySelectorAll('button, select, summary')];
  const before = document.activeElement;
  const index = before === null ? -1 : controls().indexOf(before);
  const opened = root.querySelector('details')?.open === true;
  render();
  const details = root.querySelector('details');
  if (details !== null) details.open = opened;
  if (index < 0) return;
  const after = root.querySelector(`#${CSS.escape(before?.id || '-')}`) ?? controls()[index];
  if (after instanceof HTMLElement) after.focus();
}
