// @ts-check
/** The server's /api: one function a request. What comes back is what /api/openapi.json describes. */

import { serverUrl } from './server.js';

/**
 * @typedef {{ signal?: AbortSignal }} Options
 * @typedef {'resume' | 'posting' | 'cover_letter' | 'company'} DocumentKind
 * @typedef {{ id: string, kind: DocumentKind, name: string, text: string, language: 'ko' | 'en' }} Document
 * @typedef {{ document: Document, format: string, pages: number | null, warnings: string[] }} Uploaded
 * @typedef {'running' | 'done' | 'failed' | 'cancelled'} JobStatus
 * @typedef {{ id: string, kind: string, subject: string, status: JobStatus, done: number, total: number, text: string,
 *   error: string, result: Record<string, any> }} Job `done` of `total` steps, `text` says what is being done
 * @typedef {{ kind?: string, minutes?: number, difficulty?: string, language?: 'ko' | 'en', interviewers?: number,
 *   pressure?: boolean, seed?: number, voice?: string | null }} PlanRequest
 * @typedef {{ id: string, plan_id: string, status: 'active' | 'finished' | 'ended_early' | 'abandoned', started_at: string,
 *   updated_at: string, ended_at: string | null, kind: string, language: 'ko' | 'en', minutes: number, difficulty: string,
 *   position: string, questions: number, turns: number, seconds: number, has_audio: boolean, has_report: boolean,
 *   total: number | null }} SessionSummary
 */

const POLL_MS = 300;

/** A request that failed. `message` is a sentence for the user, in the language of the page where the server has it. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {number} status of HTTP; 0: the server did not answer
   * @param {string} code
   * @param {unknown} [cause]
   */
  constructor(message, status, code, cause) {
    super(message, { cause });
    this.status = status;
    this.code = code;
  }
}

const UNREACHABLE = {
  en: 'moui is not answering. Check that it is still running in its terminal window.',
  ko: 'moui가 응답하지 않습니다. 터미널 창에서 실행 중인지 확인해 주세요.',
};

/** @type {'ko' | 'en'} */
let language = 'en';

/** @param {'ko' | 'en'} spoken what the server's sentences should be in */
export function useLanguage(spoken) {
  language = spoken;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Options & { json?: unknown, body?: BodyInit }} [options]
 * @returns {Promise<Response>}
 * @throws {ApiError} anything but an aborted request, which is a DOMException named AbortError
 */
async function request(method, path, { signal, json, body } = {}) {
  /** @type {Record<string, string>} */
  const headers = { 'Accept-Language': language };
  if (json !== undefined) headers['Content-Type'] = 'application/json';
  const sent = json === undefined ? body : JSON.stringify(json);
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(serverUrl(path), { method, headers, body: sent ?? null, signal: signal ?? null, cache: 'no-store' });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(UNREACHABLE[language], 0, 'unreachable', error);
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

/** @param {Response} answer */
async function refusal(answer) {
  const body = await answer.json().catch(() => null);
  const message = body?.error?.message;
  const sentence = typeof message === 'string' && message !== '' ? message : `HTTP ${answer.status}`;
  return new ApiError(sentence, answer.status, String(body?.error?.code ?? ''));
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Options & { json?: unknown, body?: BodyInit }} [options]
 * @returns {Promise<any>}
 */
async function call(method, path, options) {
  const answer = await request(method, path, options);
  return answer.status === 204 ? null : answer.json();
}

/** @param {string} part of a path */
const safe = (part) => encodeURIComponent(part);

/** @param {Options} [options] */
export const status = (options) => call('GET', '/api/status', options);

/**
 * @param {number} since seconds of the server's clock, as `now` of the last answer
 * @param {Options} [options]
 */
export const leases = (since, options) => call('GET', `/api/leases?since=${since}`, options);

/** @param {Options} [options] this computer, its profile and its models */
export const machine = (options) => call('GET', '/api/machine', options);

/** @param {Options} [options] @returns {Promise<{ folder: string, bytes: number, documents: number, sessions: number }>} */
export const kept = (options) => call('GET', '/api/data', options);

/** @param {string} id @param {boolean} acceptLicence @param {Options} [options] @returns {Promise<Job>} its steps are bytes */
export const fetchModel = (id, acceptLicence, options) =>
  call('POST', `/api/models/${safe(id)}`, { ...options, json: { accept_licence: acceptLicence } });

/** @param {string} id @param {Options} [options] */
export const removeModel = (id, options) => call('DELETE', `/api/models/${safe(id)}`, options);

/** @param {string} voice @param {Options} [options] @returns {Promise<Blob>} a sentence in this voice, as WAV */
export const voiceSample = async (voice, options) => (await request('GET', `/api/voices/sample?voice=${safe(voice)}`, options)).blob();

// --- documents ------------------------------------------------------------------------------------------------------

/** @param {Options} [options] @returns {Promise<Document[]>} */
export const documents = async (options) => (await call('GET', '/api/documents', options)).documents;

/** @param {string} id @param {Options} [options] @returns {Promise<Document>} */
export const document = (id, options) => call('GET', `/api/documents/${safe(id)}`, options);

/** @param {File} file @param {DocumentKind} kind @param {Options} [options] @returns {Promise<Uploaded>} */
export const uploadDocument = (file, kind, options) =>
  call('POST', `/api/documents?kind=${kind}&name=${safe(file.name.slice(0, 255) || 'document')}`, { ...options, body: file });

/** @param {{ kind: DocumentKind, text: string, name: string }} body @param {Options} [options] @returns {Promise<Uploaded>} */
export const pasteDocument = (body, options) => call('POST', '/api/documents/text', { ...options, json: body });

/** The answer may have another id: what an interview was held on is kept as it was.
 * @param {string} id @param {{ text: string, kind?: DocumentKind }} body @param {Options} [options] @returns {Promise<Document>} */
export const correctDocument = (id, body, options) => call('PUT', `/api/documents/${safe(id)}`, { ...options, json: body });

/** @param {string} id @param {Options} [options] */
export const deleteDocument = (id, options) => call('DELETE', `/api/documents/${safe(id)}`, options);

/** @param {'ko' | 'en'} spoken @param {Options} [options] @returns {Promise<Document[]>} a made-up candidate and posting */
export const samples = async (spoken, options) => (await call('POST', `/api/samples/${spoken}`, options)).documents;

// --- plans and jobs -------------------------------------------------------------------------------------------------

/** `quick`: without models, in a second or two.
 * @param {{ document_ids: string[], request: PlanRequest, quick?: boolean }} body @param {Options} [options] @returns {Promise<Job>} result: plan_id */
export const preparations = (body, options) => call('POST', '/api/preparations', { ...options, json: body });

/** @param {string} id @param {Options} [options] @returns {Promise<import('./shapes.js').StoredPlan>} */
export const plan = (id, options) => call('GET', `/api/plans/${safe(id)}`, options);

/** What is not named is left out of the plan; what it does not have yet is added.
 * @param {string} id @param {import('./shapes.js').WantedQuestion[]} questions @param {Options} [options]
 * @returns {Promise<import('./shapes.js').StoredPlan>} */
export const saveQuestions = (id, questions, options) =>
  call('PUT', `/api/plans/${safe(id)}/questions`, { ...options, json: { questions } });

/**
 * Waits until a job has ended. An aborted signal stops the waiting, not the job: that is `cancelJob`.
 * @param {string} id
 * @param {Options & { onProgress?: (job: Job) => void, onLost?: () => void }} [options] `onLost`: the server does not
 *   answer, and is asked again until it does; without it that is an error
 * @returns {Promise<Job>} done or cancelled
 * @throws {ApiError} with the job's own sentence and the code `job_failed`; 404: the server was started again meanwhile
 */
export async function job(id, { signal, onProgress, onLost } = {}) {
  for (;;) {
    const found = await jobNow(id, signal, onLost);
    if (found !== null) onProgress?.(found);
    if (found?.status === 'failed') throw new ApiError(found.error, 200, 'job_failed');
    if (found !== null && found.status !== 'running') return found;
    await pause(POLL_MS, signal);
  }
}

/** @param {string} id @param {AbortSignal} [signal] @param {() => void} [onLost] @returns {Promise<Job | null>} null: no answer */
async function jobNow(id, signal, onLost) {
  try {
    return await call('GET', `/api/jobs/${safe(id)}`, signal ? { signal } : {});
  } catch (error) {
    if (onLost === undefined || !(error instanceof ApiError) || error.status !== 0) throw error;
    onLost();
    return null;
  }
}

/** @param {string} id @param {Options} [options] @returns {Promise<Job>} */
export const cancelJob = (id, options) => call('DELETE', `/api/jobs/${safe(id)}`, options);

// --- interviews -----------------------------------------------------------------------------------------------------

/** @param {Options} [options] @returns {Promise<{ sessions: SessionSummary[], unfinished: string[] }>} newest first */
export const sessions = (options) => call('GET', '/api/sessions', options);

/** @param {{ plan_id: string, keep_audio?: boolean }} body @param {Options} [options] @returns {Promise<{ session_id: string }>} */
export const createSession = (body, options) => call('POST', '/api/sessions', { ...options, json: body });

/** @param {string} id @param {Options} [options] everything said, plan, documents
 * @returns {Promise<import('./shapes.js').SessionRecord>} */
export const session = (id, options) => call('GET', `/api/sessions/${safe(id)}`, options);

/** @param {string} id @param {Options} [options] */
export const abandon = (id, options) => call('POST', `/api/sessions/${safe(id)}/abandon`, options);

/** @param {string} id @param {Options} [options] */
export const deleteSession = (id, options) => call('DELETE', `/api/sessions/${safe(id)}`, options);

/** @param {string} id @param {{ question_ids: string[], keep_audio?: boolean }} body @param {Options} [options]
 * @returns {Promise<{ plan_id: string, session_id: string }>} */
export const drill = (id, body, options) => call('POST', `/api/sessions/${safe(id)}/drills`, { ...options, json: body });

/** @param {string} id @param {number} judges how often the judge is asked, 0 for rules only @param {Options} [options]
 * @returns {Promise<Job>} */
export const reportJob = (id, judges = 3, options) =>
  call('POST', `/api/sessions/${safe(id)}/report`, { ...options, json: { samples: judges } });

/** @param {string} id @param {Options} [options] @throws {ApiError} 404: not written yet
 * @returns {Promise<import('./shapes.js').Report>} */
export const report = (id, options) => call('GET', `/api/sessions/${safe(id)}/report`, options);

/** @param {Options} [options] totals of all sessions with a report, the oldest first; and what came back in them
 * @returns {Promise<import('./shapes.js').Progress>} */
export const progress = (options) => call('GET', '/api/progress', options);

/** @param {string} confirm the exact words the server asks for @param {Options} [options] */
export const deleteEverything = (confirm = 'delete everything', options) =>
  call('DELETE', '/api/everything', { ...options, json: { confirm } });

/** @param {string} id @param {number} number of the turn @param {'ogg' | 'wav'} format @param {Options} [options]
 * @returns {Promise<Blob>} what the candidate said in this turn */
export const turnAudio = async (id, number, format, options) =>
  (await request('GET', `/api/sessions/${safe(id)}/turns/${number}/audio?format=${format}`, options)).blob();

// --- addresses for <a download> -------------------------------------------------------------------------------------

/** @param {string} id @param {'html' | 'md' | 'json'} format */
export const reportUrl = (id, format) => serverUrl(`/api/sessions/${safe(id)}/report?format=${format}`).href;

/** @param {string} [id] without it: everything */
export const exportUrl = (id) => serverUrl(id === undefined ? '/api/export' : `/api/sessions/${safe(id)}/export`).href;

/**
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason)), { once: true });
  });
}
