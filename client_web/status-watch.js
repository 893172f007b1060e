// @ts-check
/** One watch over the server's status for the whole page: asked for until the models are loaded, then left alone. */

import { fetchStatus } from './server.js';

/** @typedef {import('./status.js').Status} Status */

const POLL_MS = 2000;

/** @type {Set<(status: Status) => void>} */
const listeners = new Set();
/** @type {Status | null} */
let latest = null;
let asking = false;

/**
 * @param {(status: Status) => void} listener called at once with what is known, then with everything new
 * @param {AbortSignal} [signal] ends it
 */
export function watchStatus(listener, signal) {
  if (signal?.aborted) return;
  listeners.add(listener);
  signal?.addEventListener('abort', () => listeners.delete(listener), { once: true });
  if (latest !== null) listener(latest);
  if (latest?.ready !== true) void ask();
}

async function ask() {
  if (asking) return;
  asking = true;
  while (latest?.ready !== true) {
    try {
      latest = await fetchStatus();
      for (const listener of [...listeners]) listener(latest);
    } catch (error) {
      console.info('moui: no status yet', error);
    }
    if (latest?.ready !== true) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  asking = false;
}
