// @ts-check
/** Which kind of document a file is, guessed from its name: the user can say otherwise. Pure. */

/** @typedef {import('../api.js').DocumentKind} DocumentKind */

/** @type {readonly DocumentKind[]} */
export const DOCUMENT_KINDS = ['resume', 'posting', 'cover_letter', 'company'];

/** The first that fits: a "자기소개서" is no résumé, a "채용 공고" of a company no page about it. @type {[DocumentKind, RegExp][]} */
const SIGNS = [
  ['cover_letter', /자기\s*소개|자소서|cover[\s_-]*letter|personal[\s_-]*statement|motivation/i],
  ['posting', /공고|채용|모집|직무\s*기술|posting|vacancy|job[\s_-]*(?:ad|desc|spec)|(?:^|[\s_.-])jd(?:[\s_.-]|$)/i],
  ['resume', /이력|경력|resume|résumé|curriculum|(?:^|[\s_.-])cv(?:[\s_.-]|$)/i],
  ['company', /회사|기업|company|about/i],
];

/**
 * @param {string} name of the file
 * @param {readonly DocumentKind[]} there kinds that are there already
 * @returns {DocumentKind} by its name, else the first that is missing
 */
export function guessKind(name, there) {
  const plain = name.normalize('NFC');
  const sign = SIGNS.find(([, pattern]) => pattern.test(plain));
  return sign?.[0] ?? DOCUMENT_KINDS.find((kind) => !there.includes(kind)) ?? 'resume';
}

/**
 * Which of the kept documents are used when nothing was chosen yet: of each kind the newest.
 * @template {{id: string, kind: string}} T
 * @param {readonly T[]} documents the oldest first
 * @param {readonly string[] | null} chosen ids, as chosen before
 * @returns {Set<string>}
 */
export function inUse(documents, chosen) {
  if (chosen !== null) return new Set(chosen.filter((id) => documents.some((document) => document.id === id)));
  const newest = new Map(documents.map((document) => [document.kind, document.id]));
  return new Set(newest.values());
}
