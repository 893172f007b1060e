// @ts-check
/** An address that leads nowhere. */

import { el } from '../dom.js';
import { textOf } from '../texts.js';

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf('shell', language)('missing'),
  show(root, { language }) {
    const t = textOf('shell', language);
    root.append(el('h1', {}, t('missing')), el('p', {}, el('a', { href: '#/' }, t('toStart'))));
  },
};
