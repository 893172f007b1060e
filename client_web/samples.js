// @ts-check
/** From one click to a sample interview: made-up documents, a plan without models, a session. */

import { cancelJob, createSession, documents, job, preparations, samples } from './api.js';
import { preferences } from './preferences.js';
import { watchStatus } from './status-watch.js';

/** @typedef {'wait' | 'documents' | 'plan' | 'begin'} SampleStep */

const MINUTES = 5;
const KEY = 'moui.samples';

/**
 * @param {'ko' | 'en'} language
 * @param {{ signal: AbortSignal, onStep: (step: SampleStep) => void }} options an aborted signal cancels the work
 * @returns {Promise<string>} id of the session
 * @throws {import('./api.js').ApiError}
 */
export async function sampleInterview(language, { signal, onStep }) {
  onStep('wait');
  await modelsReady(signal);
  onStep('documents');
  const ids = await sampleDocuments(language, signal);
  onStep('plan');
  const request = { language, minutes: MINUTES };
  const started = await preparations({ document_ids: ids, request, quick: true }, { signal });
  const cancel = () => void cancelJob(started.id).catch((error) => console.info('moui:', error));
  signal.addEventListener('abort', cancel, { once: true });
  const done = await job(started.id, { signal });
  signal.removeEventListener('abort', cancel);
  onStep('begin');
  const session = await createSession({ plan_id: done.result.plan_id, keep_audio: preferences().keepAudio }, { signal });
  return session.session_id;
}

/**
 * Those laid out before are used again, so that trying twice does not fill the list.
 * @param {'ko' | 'en'} language
 * @param {AbortSignal} signal
 */
async function sampleDocuments(language, signal) {
  const key = `${KEY}.${language}`;
  const before = (localStorage.getItem(key) ?? '').split(',').filter((id) => id !== '');
  if (before.length > 0) {
    const there = new Set((await documents({ signal })).map((document) => document.id));
    if (before.every((id) => there.has(id))) return before;
  }
  const made = (await samples(language, { signal })).map((document) => document.id);
  localStorage.setItem(key, made.join(','));
  return made;
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function modelsReady(signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    watchStatus((status) => {
      if (status.ready) resolve();
      else if (status.failed !== null) reject(new Error(status.failed));
    }, signal);
  });
}
