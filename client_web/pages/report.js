// @ts-check

import { el } from '../dom.js';
import { textOf } from '../texts.js';
import { REPORT } from '../texts/report.js';

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf(REPORT, language)('title'),
  show(root, { language }) {
    const t = textOf(REPORT, language);
    root.append(el('h1', {}, t('title')));
  },
};
