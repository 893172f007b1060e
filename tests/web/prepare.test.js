import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checked, needsConsent, requestOf, spoken } from '../../client_web/prepare/choices.js';
import { added, asked, changed, draftOf, isChanged, keep, length, moved, restored, wanted } from '../../client_web/prepare/draft.js';
import { guessKind, inUse } from '../../client_web/prepare/kinds.js';

/** @param {string} id */
const question = (id) => ({
  id,
  kind: 'technical',
  text: `${id}?`,
  source: /** @type {const} */ ('bank'),
  competency: '',
  shows: '',
  requirement_id: null,
  evidence: '',
  interviewer: 0,
  seconds: 120,
  preparation_s: id === 'a' ? 60 : 0,
  pinned: false,
});
const QUESTIONS = ['a', 'b', 'c'].map(question);
const ids = (/** @type {readonly {id: string}[]} */ draft) => draft.map(({ id }) => id).join('');

test('a document’s kind is guessed from its name, or is the first that is missing', () => {
  /** @type {[string, string][]} */
  const names = [
    ['이력서_홍길동.pdf', 'resume'],
    ['2026 자기소개서 최종.hwp', 'cover_letter'],
    ['네오페이 채용공고.docx', 'posting'],
    ['Jane CV.pdf', 'resume'],
    ['JD-backend.md', 'posting'],
    ['cover-letter.txt', 'cover_letter'],
    ['회사소개.pdf', 'company'],
    ['이력서.pdf'.normalize('NFD'), 'resume'],
  ];
  for (const [name, kind] of names) assert.equal(guessKind(name, []), kind, name);
  assert.equal(guessKind('문서1.pdf', []), 'resume');
  assert.equal(guessKind('문서1.pdf', ['resume']), 'posting');
  assert.equal(guessKind('문서1.pdf', ['resume', 'posting', 'cover_letter', 'company']), 'resume');
});

test('without a choice the newest of each kind is used; a choice holds, also of none', () => {
  const documents = [
    { id: 'old', kind: 'resume' },
    { id: 'new', kind: 'resume' },
    { id: 'job', kind: 'posting' },
  ];
  assert.deepEqual([...inUse(documents, null)].sort(), ['job', 'new']);
  assert.deepEqual([...inUse(documents, ['old', 'deleted'])], ['old']);
  assert.deepEqual([...inUse(documents, [''])], []);
});

test('what was kept in whatever shape becomes choices that can be made', () => {
  const plain = { kind: 'mixed', minutes: 20, difficulty: 'normal', language: 'ko', interviewers: 1, pressure: false };
  for (const kept of [null, 'x', {}, { kind: 'singing', minutes: 7, difficulty: 3, language: 'fr', interviewers: '2' }]) {
    assert.deepEqual(checked(kept, 'ko'), plain);
  }
  assert.equal(checked({ minutes: 5, pressure: true }, 'en').minutes, 5);
  assert.equal(checked({ pressure: true }, 'en').pressure, false, 'pressure is agreed to anew every time');
});

test('an English interview is English; pressure has to be agreed to', () => {
  const english = checked({ kind: 'english' }, 'ko');
  assert.equal(spoken(english), 'en');
  assert.equal(requestOf(english, null, 0.5).language, 'en');
  const pressure = checked({ kind: 'pressure' }, 'ko');
  assert.ok(needsConsent(pressure));
  assert.ok(!needsConsent({ ...pressure, pressure: true }));
  const { seed, voice } = requestOf(pressure, 'kss', 0.999);
  assert.ok(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31);
  assert.equal(voice, 'kss');
});

test('a plan that nobody touched is not sent again', () => {
  const draft = draftOf(QUESTIONS);
  assert.ok(!isChanged(draft, QUESTIONS));
  assert.deepEqual(wanted(draft)[0], { id: 'a', pinned: false });
  assert.ok(!isChanged(changed(changed(draft, 'a', { removed: true }), 'a', { removed: false }), QUESTIONS));
});

test('questions move, are left out, taken back, reworded and added', () => {
  let draft = draftOf(QUESTIONS);
  assert.equal(ids(moved(draft, 'a', 1)), 'bac');
  assert.equal(ids(moved(draft, 'a', -1)), 'abc');
  assert.equal(ids(moved(draft, 'c', 9)), 'abc');
  assert.equal(ids(moved(draft, 'z', 1)), 'abc');
  assert.equal(length(draft), 3 * 120 + 60, 'time to prepare counts');
  draft = changed(draft, 'b', { removed: true });
  assert.equal(ids(asked(draft)), 'ac');
  draft = added(changed(draft, 'c', { text: 'Another?', seconds: 90 }), 'Mine?', 60);
  assert.deepEqual(wanted(draft).slice(1), [
    { id: 'c', pinned: false, text: 'Another?', seconds: 90 },
    { id: 'own-1', pinned: true, text: 'Mine?', seconds: 60 },
  ]);
  assert.equal(added(draft, 'x', 60).at(-1)?.id, 'own-2');
});

test('a draft outlives the page, and what is no draft is none', () => {
  const draft = added(changed(moved(draftOf(QUESTIONS), 'a', 2), 'b', { removed: true, pinned: true }), 'Mine?', 60);
  assert.deepEqual(restored(QUESTIONS, keep(draft)), draft);
  for (const kept of [null, '', '{', '{}', '[1, null, {"id": "x", "text": "y", "seconds": 1}]']) {
    assert.equal(ids(restored(QUESTIONS, kept)), 'abc');
  }
  const fewer = QUESTIONS.slice(1);
  assert.equal(ids(restored(fewer, keep(draftOf(QUESTIONS)))), 'bc', 'what the plan no longer has does not come back');
});
