// @ts-check
/** What a stored interview tells the page that goes on with it. Pure. */

const RATE_HZ = 16_000;
/** So many of the last things said are shown again. */
const MOST_SHOWN = 12;

/**
 * @param {any} record as /api/sessions/{id} has it
 * @returns {import('./view.js').Plan}
 */
export function planOf(record) {
  return { interviewers: record.plan.interviewers, questions: record.plan.questions };
}

/** @param {any} record */
export function known(record) {
  const { turns, plan } = record;
  const asked = new Set(turns.filter((/** @type {any} */ turn) => turn.speaker === 'interviewer').map((/** @type {any} */ turn) => turn.question_id));
  return {
    elapsedS: Math.max(0, ...turns.map((/** @type {any} */ turn) => turn.end_sample)) / RATE_HZ,
    totalS: plan.request.minutes * 60,
    count: plan.questions.length,
    number: [...asked].filter((id) => id !== null).length,
    captions: turns.slice(-MOST_SHOWN).map(caption),
  };
}

/**
 * @param {any} turn
 * @returns {import('../captions.js').Caption}
 */
function caption({ number, speaker, text }) {
  const role = speaker === 'candidate' ? 'user' : 'assistant';
  return { id: `turn ${number}`, role, stable: text, tail: '', final: true, cut: false };
}
