// @ts-check

import { el } from '../dom.js';
import { textOf } from '../texts.js';
import { START } from '../texts/start.js';

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf(START, language)('title'),
  show(root, { language }) {
    const t = textOf(START, language);
    root.append(el('h1', {}, t('title')));
  },
};
