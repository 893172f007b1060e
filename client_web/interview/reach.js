// @ts-check
/** Asking over HTTP what a WebSocket does not tell: whether the server is there, and the interview still to be held. */

import { ApiError, session } from '../api.js';
import { serverUrl } from '../server.js';

/**
 * @param {AbortSignal} signal
 * @throws when nobody answers
 */
export async function reach(signal) {
  await fetch(serverUrl('/healthz'), { signal, cache: 'no-store' });
}

/**
 * @param {string} id of the interview
 * @param {AbortSignal} signal
 */
export async function exists(id, signal) {
  try {
    return (await session(id, { signal })).summary.status !== 'finished';
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
