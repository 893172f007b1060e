// @ts-check

import { el } from '../dom.js';
import { textOf } from '../texts.js';
import { TALK } from '../texts/talk.js';

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf(TALK, language)('title'),
  show(root, { language }) {
    const t = textOf(TALK, language);
    root.append(el('h1', {}, t('title')));
  },
};
