// @ts-check

import { el } from '../dom.js';
import { textOf } from '../texts.js';
import { PREPARE } from '../texts/prepare.js';

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf(PREPARE, language)('title'),
  show(root, { language }) {
    const t = textOf(PREPARE, language);
    root.append(el('h1', {}, t('title')));
  },
};
