import assert from 'node:assert/strict';
import { test } from 'node:test';
import { domain, linear, ticks } from '../../client_web/charts/scale.js';
import { clock, duration, figure, longDate, shortDate } from '../../client_web/format.js';
import { criteria, languages, measures, series, totals } from '../../client_web/history/series.js';
import { pieces, places, wordAt } from '../../client_web/report/follow.js';

/** @param {string} text @param {number} at */
const word = (text, at) => ({ text, start_sample: at, end_sample: at + 80, probability: 1 });

test('words are found in the text one after the other, the same word twice in two places', () => {
  const text = '네, 저는 저는 결제를';
  const heard = [word('네,', 0), word(' 저는', 100), word('저는', 200), word('결재를', 300), word('결제를', 400)];
  const found = places(text, heard);
  assert.deepEqual(found.map(({ start, end }) => text.slice(start, end)), ['네,', '저는', '저는', '결제를']);
  assert.deepEqual(found.map(({ start }) => start), [0, 3, 6, 9]);
  assert.equal(places('', heard).length, 0);
});

test('the word that is being said, or was said last', () => {
  const found = places('a b c', [word('a', 100), word('b', 200), word('c', 300)]);
  assert.deepEqual([0, 100, 199, 250, 9999].map((sample) => wordAt(found, sample)), [-1, 0, 0, 1, 2]);
  assert.equal(wordAt([], 5), -1);
});

test('pieces joined are the text, whatever words and marks overlap', () => {
  const text = '그 결과 0.5%로 줄었습니다. <b>끝</b>';
  const words = places(text, [word('결과', 0), word('0.5%로', 100), word('줄었습니다.', 200)]);
  const cases = [[], [{ element: 'result', start: 2, end: 9 }], [{ element: 'action', start: 0, end: 999 }]];
  for (const marks of cases) {
    const cut = pieces(text, words, marks);
    assert.equal(cut.map((piece) => piece.text).join(''), text);
    assert.ok(cut.every((piece) => piece.text !== ''));
  }
  const [first, second, , fourth] = pieces(text, words, [{ element: 'result', start: 2, end: 6 }]);
  assert.deepEqual([first?.place, second?.place, fourth?.place], [null, 0, 1]);
  assert.equal(second?.element, 'result');
  assert.deepEqual(pieces('', [], []), []);
});

test('charts show round numbers, all values, and the reference', () => {
  assert.deepEqual(ticks(0, 31, 6), [0, 10, 20, 30]);
  assert.deepEqual(ticks(0, 0.9, 6), [0, 0.2, 0.4, 0.6, 0.8]);
  assert.deepEqual(ticks(3, 3), [3]);
  const [low, high] = domain([250, 300], [212, null], [0, null]);
  assert.ok(low <= 212 && low > 0 && high >= 300);
  assert.deepEqual(domain([], []), [0, 1]);
  assert.deepEqual(domain([0, 0], [], [0, null]), [0, 1]);
  assert.equal(domain([99], [], [0, 100])[1], 100);
  assert.equal(linear([0, 10], [100, 0])(5), 50);
  assert.equal(linear([4, 4], [0, 100])(4), 50);
});

test('numbers and times as one reads them', () => {
  assert.deepEqual([253.4, 4.56, 0.424, 3].map(figure), ['253', '4.6', '0.42', '3']);
  assert.deepEqual([0, 7.9, 61, 3723, -3].map(clock), ['0:00', '0:07', '1:01', '1:02:03', '0:00']);
  const say = (/** @type {string} */ key, values = {}) => `${key} ${Object.values(values).join(' ')}`;
  assert.deepEqual([150, 120, 45].map((s) => duration(say, s)), ['duration-ms 2 30', 'duration-m 2', 'duration-s 45']);
  assert.match(shortDate('2026-11-22T10:00:00+09:00', 'en'), /22 Nov/);
  assert.match(longDate('2026-11-22T10:00:00+09:00', 'ko'), /2026년 11월 22일/);
  assert.equal(longDate('<img src=x>', 'en'), '<img src=x>');
});

/** @param {'ko' | 'en'} language @param {Record<string, number>} numbers */
const entry = (language, numbers) => ({ session_id: 's', started_at: '2026-11-01', kind: 'mixed', language, totals: numbers });

test('trends are of one language and of two interviews at least', () => {
  const entries = [entry('ko', { 'total.rules': 40, 'delivery.rate': 300 }), entry('en', { 'total.rules': 90 }), entry('ko', { 'total.rules': 60 })];
  assert.deepEqual(languages(entries), ['ko']);
  assert.deepEqual(series(entries, 'ko', 'total.rules')?.points.map(({ value }) => value), [40, 60]);
  assert.equal(series(entries, 'en', 'total.rules'), null);
  assert.deepEqual(totals(entries, 'ko').map(({ name }) => name), ['total.rules']);
  assert.deepEqual(measures(entries, 'ko'), [], 'one value is no trend');
});

test('a judge’s levels and what rules counted are never mixed', () => {
  const counted = { 'rules.star': 50, 'rules.fit': 20 };
  const only = [entry('ko', counted), entry('ko', counted)];
  assert.deepEqual(criteria(only, 'ko').series.map(({ name }) => name), ['rules.star', 'rules.fit']);
  const judged = [...only, entry('ko', { ...counted, 'content.star': 3 }), entry('ko', { ...counted, 'content.star': 4 })];
  const found = criteria(judged, 'ko');
  assert.ok(found.judged);
  assert.deepEqual(found.series.map(({ name }) => name), ['content.star']);
});
