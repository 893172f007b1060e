// @ts-check
/** An address that leads nowhere. */

import { linkButton } from '../components.js';
import { el } from '../dom.js';
import { textOf } from '../texts.js';

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf('shell', language)('missing'),
  show(root, { language }) {
    const t = textOf('shell', language);
    root.append(
      el('h1', {}, t('missing')),
      el('p', { class: 'lead' }, t('missingText')),
      el('div', { class: 'actions' }, linkButton(t('toStart'), '#/', { kind: 'primary' }), linkButton(t('history'), '#/history')),
    );
  },
};
