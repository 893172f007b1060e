// @ts-check
/** What stays on this computer and what does not, in words. Pure. */

import { companyOf, outside, plainName } from './status.js';

/**
 * @param {import('./status.js').Status} status
 * @param {'ko' | 'en'} interviewLanguage whose voice will speak
 * @param {string | null} wanted id of the voice that was chosen for it
 * @param {import('./texts.js').Say} say the texts of the shell
 * @param {{hostname: string, host: string}} place where the server is
 * @returns {{sentences: string[], outside: boolean}} `outside`: something leaves the machine of the server
 */
export function privacySentences(status, interviewLanguage, wanted, say, place) {
  const { voice, model } = outside(status, interviewLanguage, wanted);
  const nothing = voice === null && model === null;
  const here = isLoopback(place.hostname);
  const sentences = [say(here ? (nothing ? 'private-all' : 'private-here') : 'private-there', { host: place.host })];
  if (model !== null) sentences.push(say('leaves-model', { model }));
  if (voice !== null) sentences.push(say('leaves-voice', { voice: plainName(voice), company: companyOf(voice) }));
  return { sentences, outside: !nothing };
}

/** @param {string} host */
export function isLoopback(host) {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.') || host.endsWith('.localhost');
}
