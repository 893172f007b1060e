// @ts-check

import { el } from '../dom.js';
import { textOf } from '../texts.js';
import { CHECK } from '../texts/check.js';

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf(CHECK, language)('title'),
  show(root, { language }) {
    const t = textOf(CHECK, language);
    root.append(el('h1', {}, t('title')));
  },
};
