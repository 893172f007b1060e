// @ts-check

import { el } from '../dom.js';
import { textOf } from '../texts.js';
import { SETTINGS } from '../texts/settings.js';

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf(SETTINGS, language)('title'),
  show(root, { language }) {
    const t = textOf(SETTINGS, language);
    root.append(el('h1', {}, t('title')));
  },
};
