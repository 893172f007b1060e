// @ts-check

import { el } from '../dom.js';
import { textOf } from '../texts.js';
import { HISTORY } from '../texts/history.js';

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf(HISTORY, language)('title'),
  show(root, { language }) {
    const t = textOf(HISTORY, language);
    root.append(el('h1', {}, t('title')));
  },
};
