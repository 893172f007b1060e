// @ts-check
/** Asking over HTTP what a WebSocket does not tell: whether the server is there, and the interview still to be held. */

import { ApiError, plan as fetchPlan, session } from '../api.js';
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

/**
 * @param {string} id of a plan, or of an interview that is gone on with
 * @param {AbortSignal} signal
 */
export async function about(id, signal) {
  try {
    const found = await fetchPlan(id, { signal });
    return { plan: found.plan, planId: id, sessionId: null };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    const found = await session(id, { signal });
    return { plan: found.plan, planId: found.summary.plan_id, sessionId: id };
  }
}
