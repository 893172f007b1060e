// @ts-check
/** Settings: the conversation, the models, the data, and what developers look at. */

import { card, more, working } from '../components.js';
import { el } from '../dom.js';
import { showData } from '../settings/data.js';
import { showModels } from '../settings/models.js';
import { talking } from '../settings/talking.js';
import { watchStatus } from '../status-watch.js';
import { textOf } from '../texts.js';

/**
 * @typedef {import('../texts.js').Say} Say
 * @typedef {import('../router.js').Context} Context
 */

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf('settings', language)('title'),
  show(root, context) {
    const t = textOf('settings', context.language);
    root.classList.add('narrow');
    const models = el('div', { class: 'stack', tabIndex: -1 });
    const data = el('div', { class: 'stack', tabIndex: -1 });
    root.append(
      el('div', {}, el('h1', {}, t('title')), el('p', { class: 'lead' }, t('lead'))),
      card(t('talkTitle'), null, talking(t, context)),
      card(t('modelsTitle'), { lead: t('modelsLead') }, models),
      card(t('dataTitle'), { lead: t('dataLead') }, data),
      developer(t, context),
    );
    fill(models, showModels(models, t, context), t, context);
    let loading = false;
    watchStatus(({ ready }) => {
      // What is in use is known once it is loaded.
      if (loading && ready) fill(models, showModels(models, t, context), t, context);
      loading = !ready;
    }, context.signal);
    fill(data, showData(data, t, context), t, context);
  },
};

/**
 * @param {HTMLElement} place
 * @param {Promise<void>} filling
 * @param {Say} t
 * @param {Context} context
 */
function fill(place, filling, t, { signal }) {
  place.append(working('…'));
  filling.catch((error) => {
    if (!signal.aborted) place.replaceChildren(el('p', { class: 'soft' }, t('failed', { reason: error.message })));
  });
}

/** Loaded when it is opened. @param {Say} t @param {Context} context */
function developer(t, { signal, route }) {
  const place = el('div', {});
  const node = more(t('developer'), place);
  node.classList.add('card');
  const open = async () => {
    if (!node.open || place.childElementCount > 0) return;
    const { developerPanel } = await import('../settings/developer.js');
    if (place.childElementCount === 0) place.append(developerPanel(t, signal));
  };
  node.addEventListener('toggle', () => void open());
  node.open = route.query.has('developer');
  return node;
}
