// @ts-check
/** The models: what each is for, under which licence, how large; fetched and removed. */

import { cancelJob, fetchModel, job, machine, removeModel } from '../api.js';
import { ask, button, facts, linkButton, progressBar, tag } from '../components.js';
import { el } from '../dom.js';
import { size } from '../format.js';
import { machineRows, otherProfile } from '../machine.js';

/**
 * @typedef {import('../texts.js').Say} Say
 * @typedef {import('../router.js').Context} Context
 * @typedef {{ id: string, role: string, title: string, licence: string, licence_url: string, permissive: boolean, note: string, note_ko: string,
 *   size_mb: number, present: boolean, bytes: number, needed: boolean, loaded: boolean }} Model
 */

/**
 * @param {HTMLElement} place
 * @param {Say} t
 * @param {Context} context
 */
export async function showModels(place, t, context) {
  const found = await machine({ signal: context.signal });
  const again = async (/** @type {string} */ id) => {
    try {
      await showModels(place, t, context);
      // The button that was pressed is another one now: the keyboard goes on from there.
      const now = /** @type {HTMLElement | null} */ (place.querySelector(`[data-model="${CSS.escape(id)}"] button`));
      (now ?? place).focus();
    } catch (error) {
      failed(error, t, context);
    }
  };
  const list = el('ul', { class: 'models' }, found.models.map((/** @type {Model} */ model) => row(model, t, context, again)));
  place.replaceChildren(facts(machineRows(context.language, found)), otherProfile(context.language, found), list, facts([[t('modelsFolder'), el('code', {}, found.models_dir)]]));
}

/**
 * @param {Model} model
 * @param {Say} t
 * @param {Context} context
 * @param {(id: string) => Promise<void>} again
 */
function row(model, t, context, again) {
  const action = el('div', { class: 'model-action' });
  const large = size(model.present ? model.bytes : model.size_mb * 1e6);
  if (!model.present) {
    const start = () => void download(model, action, t, context, again);
    action.append(button(t('download'), { class: 'small', 'aria-label': t('downloadNamed', { title: model.title }), onClick: start }));
  } else if (!model.needed) {
    const drop = () => void remove(model, t, context, again);
    action.append(button(t('remove'), { kind: 'quiet', class: 'small', 'aria-label': t('removeNamed', { title: model.title }), onClick: drop }));
  }
  return el(
    'li',
    { class: 'model', 'data-model': model.id },
    el('div', { class: 'model-head' }, el('h3', {}, model.title), state(model, t), !model.permissive && tag(t('restricted'), 'warn')),
    el('p', { class: 'hint' }, `${t(`role-${model.role}`) || model.role} · ${large} · ${t('licence')}: `, licence(model)),
    model.note !== '' && el('p', { class: 'hint' }, context.language === 'ko' ? model.note_ko : model.note),
    action,
  );
}

/** @param {Model} model */
function licence({ licence: name, licence_url: url }) {
  if (!url.startsWith('https://')) return el('span', {}, name);
  return el('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, name);
}

/** @param {Model} model @param {Say} t */
function state({ loaded, present, needed }, t) {
  if (loaded) return tag(t('loaded'), 'good');
  if (present) return tag(t('present'));
  return needed ? tag(t('needed'), 'bad') : tag(t('absent'));
}

/**
 * @param {Model} model
 * @param {HTMLElement} action
 * @param {Say} t
 * @param {Context} context
 * @param {(id: string) => Promise<void>} again
 */
async function download(model, action, t, context, again) {
  const words = { title: model.title, licence: model.licence, size: size(model.size_mb * 1e6) };
  if (!model.permissive) {
    const body = [el('p', {}, t('licenceText', words)), linkButton(t('licenceRead'), model.licence_url, { target: '_blank', rel: 'noopener noreferrer' })];
    if (!(await ask(t('licenceAsk'), body, { confirm: t('accept'), cancel: t('cancel') }))) return;
  }
  try {
    const started = await fetchModel(model.id, !model.permissive, context);
    const bar = progressBar(null, t('starting'));
    const cancel = button(t('cancel'), { class: 'small', onClick: () => void cancelJob(started.id).catch((error) => failed(error, t, context)) });
    action.replaceChildren(bar, cancel);
    cancel.focus();
    const onProgress = (/** @type {import('../api.js').Job} */ { done, total }) => {
      if (total > 0) bar.update(done / total, t('downloading', { done: size(done), total: size(total) }));
    };
    const ended = await job(started.id, { signal: context.signal, onProgress });
    context.say(ended.status === 'done' ? t('downloaded', words) : t('downloadCancelled'));
  } catch (error) {
    failed(error, t, context);
  }
  if (!context.signal.aborted) await again(model.id);
}

/** @param {Model} model @param {Say} t @param {Context} context @param {(id: string) => Promise<void>} again */
async function remove(model, t, context, again) {
  const body = el('p', {}, t('removeText', { size: size(model.bytes) }));
  const sure = await ask(t('removeAsk', { title: model.title }), body, { confirm: t('remove'), cancel: t('cancel'), kind: 'danger' });
  if (!sure) return;
  await removeModel(model.id, context).catch((error) => failed(error, t, context));
  if (!context.signal.aborted) await again(model.id);
}

/** @param {unknown} error @param {Say} t @param {Context} context */
function failed(error, t, context) {
  if (context.signal.aborted) return;
  context.alert(error instanceof Error ? error.message : t('failed', { reason: '' }));
}
