// @ts-check
/** Where the server is, what it says about itself over HTTP, and what its refusals mean. */

import { parseStatus } from './status.js';

/** Carries the problem as the key of a text in texts/call.js; `message` is the server's own explanation, or ''. */
export class ServerError extends Error {
  /**
   * @param {string} problem
   * @param {string} [message]
   * @param {unknown} [cause]
   */
  constructor(problem, message = '', cause = undefined) {
    super(message, { cause });
    this.problem = problem;
  }
}

/**
 * @param {string} path
 * @returns {URL} on this page's server, with the token that the page itself was opened with
 */
export function serverUrl(path) {
  const url = new URL(path, location.href);
  const token = new URLSearchParams(location.search).get('token');
  if (token !== null) url.searchParams.set('token', token);
  return url;
}

export function realtimeUrl() {
  const url = serverUrl('/v1/realtime');
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url;
}

/**
 * @returns {Promise<import('./status.js').Status>}
 * @throws {ServerError}
 */
export async function fetchStatus() {
  /** @type {Response} */
  let answer;
  try {
    const headers = { 'Accept-Language': document.documentElement.lang };
    answer = await fetch(serverUrl('/api/status'), { headers, cache: 'no-store' });
  } catch (error) {
    throw new ServerError('server-unreachable', '', error);
  }
  if (answer.status === 401 || answer.status === 403) throw new ServerError('refused');
  try {
    return parseStatus(await answer.json());
  } catch (error) {
    throw new ServerError('server-unreachable', '', error);
  }
}

/**
 * What the end of the WebSocket means (docs/protocol.md). A server that refuses before it accepts shows as 1006.
 * @param {number} code
 * @param {boolean} wasOpen the session had begun
 */
export function problemOfClose(code, wasOpen) {
  if (wasOpen) return 'lost';
  return code === 1013 ? 'busy' : 'refused';
}

/**
 * What an error event means when it comes before the session has begun.
 * @param {unknown} code
 */
export function problemOfError(code) {
  if (code === 'busy') return 'busy';
  return code === 'models_failed' ? 'models-failed' : 'mismatch';
}
