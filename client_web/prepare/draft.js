// @ts-check
/** A plan's questions while they are being changed: every step makes a new list, and nothing is lost until it is saved. Pure. */

/** @typedef {import('../shapes.js').PlannedQuestion} PlannedQuestion */
/** @typedef {import('../shapes.js').WantedQuestion} WantedQuestion */
/**
 * @typedef {object} Drafted
 * @property {string} id
 * @property {string} text
 * @property {number} seconds
 * @property {boolean} pinned
 * @property {boolean} removed left out, but still to be taken back
 * @property {PlannedQuestion | null} known null: the candidate's own
 */

export const SECONDS = Object.freeze([60, 90, 120, 150, 180, 240, 300]);

/** A time box to the second would be no news to anybody: shown to the quarter of a minute. @param {number} seconds */
export const rounded = (seconds) => Math.max(15, Math.round(seconds / 15) * 15);

/** @param {readonly PlannedQuestion[]} questions @returns {Drafted[]} */
export function draftOf(questions) {
  return questions.map((known) => {
    const { id, text, seconds, pinned } = known;
    return { id, text, seconds, pinned, removed: false, known };
  });
}

/**
 * @param {readonly Drafted[]} draft
 * @param {string} id
 * @param {number} by places down (or, below 0, up)
 */
export function moved(draft, id, by) {
  const from = draft.findIndex((question) => question.id === id);
  const to = Math.min(draft.length - 1, Math.max(0, from + by));
  const list = [...draft];
  if (from >= 0) list.splice(to, 0, ...list.splice(from, 1));
  return list;
}

/**
 * @param {readonly Drafted[]} draft
 * @param {string} id
 * @param {Partial<Pick<Drafted, 'text' | 'seconds' | 'pinned' | 'removed'>>} change
 */
export function changed(draft, id, change) {
  return draft.map((question) => (question.id === id ? { ...question, ...change } : question));
}

/**
 * @param {readonly Drafted[]} draft
 * @param {string} text
 * @param {number} seconds
 * @returns {Drafted[]} with a question of the candidate's own at the end
 */
export function added(draft, text, seconds) {
  let number = 1;
  while (draft.some((question) => question.id === `own-${number}`)) number += 1;
  return [...draft, { id: `own-${number}`, text, seconds, pinned: true, removed: false, known: null }];
}

/** @param {readonly Drafted[]} draft @returns {Drafted[]} those that are asked */
export const asked = (draft) => draft.filter((question) => !question.removed);

/** @param {readonly Drafted[]} draft @returns {WantedQuestion[]} for the server: wording and time only where they are new */
export function wanted(draft) {
  return asked(draft).map(({ id, pinned, text, seconds, known }) => {
    /** @type {WantedQuestion} */
    const one = { id, pinned };
    if (known?.text !== text) one.text = text;
    if (known?.seconds !== seconds) one.seconds = seconds;
    return one;
  });
}

/** @param {readonly Drafted[]} draft @param {readonly PlannedQuestion[]} questions */
export function isChanged(draft, questions) {
  const before = questions.map(({ id, pinned }) => ({ id, pinned }));
  return JSON.stringify(wanted(draft)) !== JSON.stringify(before);
}

/** @param {readonly Drafted[]} draft @returns {number} seconds, preparation included */
export function length(draft) {
  return asked(draft).reduce((sum, question) => sum + question.seconds + (question.known?.preparation_s ?? 0), 0);
}

/**
 * What was changed before the page was left, on the plan as the server has it now.
 * @param {readonly PlannedQuestion[]} questions
 * @param {string | null} kept JSON of keep()
 */
export function restored(questions, kept) {
  const draft = draftOf(questions);
  /** @type {any} */
  let list;
  try {
    list = JSON.parse(kept ?? '');
  } catch {
    return draft;
  }
  if (!Array.isArray(list)) return draft;
  const known = new Map(draft.map((question) => [question.id, question]));
  /** @type {Drafted[]} */
  const found = [];
  for (const one of list) {
    const base = known.get(one?.id) ?? (String(one?.id).startsWith('own-') ? added([], '', 0)[0] : undefined);
    if (base === undefined || typeof one.text !== 'string' || typeof one.seconds !== 'number') continue;
    const { id, text, seconds } = one;
    found.push({ ...base, id, text, seconds, pinned: one.pinned === true, removed: one.removed === true });
    known.delete(id);
  }
  return [...found, ...known.values()];
}

/** @param {readonly Drafted[]} draft */
export function keep(draft) {
  return JSON.stringify(draft.map(({ id, text, seconds, pinned, removed }) => ({ id, text, seconds, pinned, removed })));
}
