// @ts-check

import { el } from '../dom.js';
import { textOf } from '../texts.js';
import { INTERVIEW } from '../texts/interview.js';

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf(INTERVIEW, language)('title'),
  show(root, { language }) {
    const t = textOf(INTERVIEW, language);
    root.append(el('h1', {}, t('title')));
  },
};
