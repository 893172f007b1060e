import assert from 'node:assert/strict';
import { test } from 'node:test';
import { size } from '../../client_web/format.js';
import { checked as checkedPreferences } from '../../client_web/preferences.js';
import { privacySentences } from '../../client_web/privacy.js';
import { match } from '../../client_web/router.js';
import { rowsOf, spans, ticksOf } from '../../client_web/settings/timeline.js';
import { parseStatus, voicesFor } from '../../client_web/status.js';
import { loadTexts, textOf } from '../../client_web/texts.js';
import { checked as checkedTiming } from '../../client_web/timings-log.js';

test('the address behind # says which page, with what', () => {
  assert.equal(match('').name, 'start');
  assert.equal(match('#/').name, 'start');
  assert.deepEqual(match('#/report/ab%2012?turn=3').route.params, { session: 'ab 12' });
  assert.equal(match('#/report/ab12?turn=3').route.query.get('turn'), '3');
  assert.equal(match('#/report/ab12?turn=3').name, 'report');
  for (const hash of ['#/report', '#/report/', '#/nowhere', '#/settings/x', '#__proto__']) assert.equal(match(hash).name, 'missing', hash);
  assert.deepEqual(match('#/report/%E0%A4%A').route.params, { session: '%E0%A4%A' });
});

test('what stays here and what does not', async () => {
  await loadTexts(['shell'], 'en');
  const say = textOf('shell', 'en');
  const here = { hostname: '127.0.0.1', host: '127.0.0.1:8000' };
  const there = { hostname: 'moui.example', host: 'moui.example' };
  const all = privacySentences(parseStatus({}), 'en', null, say, here);
  assert.equal(all.outside, false);
  assert.match(all.sentences.join(' '), /every word stay on this computer/);
  assert.match(privacySentences(parseStatus({}), 'en', null, say, there).sentences.join(' '), /moui\.example/);
  const remote = privacySentences(parseStatus({ remote_model: 'https://llm.example' }), 'en', null, say, here);
  assert.equal(remote.outside, true);
  assert.match(remote.sentences.join(' '), /https:\/\/llm\.example/);
  const cloud = { id: 'sunhi', language: 'en', engine: 'edge', name: 'SunHi', local: false, last_resort: false };
  const spoken = privacySentences(parseStatus({ voices: [cloud] }), 'en', 'sunhi', say, here);
  assert.match(spoken.sentences.join(' '), /sent, as text, to Microsoft, for the cloud voice “SunHi”/);
});

test('preferences of whatever shape are no crash, and nothing strange comes through', () => {
  for (const kept of [null, 3, 'x', [], { voices: 3, patience: 'fast', interviewLanguage: 'fr', captions: 'no' }]) {
    const found = checkedPreferences(kept);
    assert.deepEqual([found.voices.ko, found.patience, found.interviewLanguage, found.captions], [null, 'normal', null, true]);
  }
  assert.equal(checkedPreferences({ patience: 'patient', keepAudio: false }).keepAudio, false);
});

const TIMING = { endpoint_ms: 500, stt_ms: 200, llm_first_token_ms: 300, first_fragment_ms: 100, tts_first_chunk_ms: 150, total_ms: 1250 };

test('the stages of a turn follow the endpoint, or overlap it when the reply was begun before', () => {
  const plain = spans(checkedTiming(TIMING));
  assert.deepEqual(plain.at(1), { stage: 'stt', from: 500, to: 700 });
  assert.equal(plain.at(-1)?.to, 1250);
  const early = spans(checkedTiming({ ...TIMING, speculative: true }));
  assert.deepEqual(early.at(1), { stage: 'stt', from: 0, to: 200 });
  assert.deepEqual(spans(checkedTiming({ total_ms: 3 })), []);
  assert.deepEqual(ticksOf([checkedTiming(TIMING)]), [0, 500, 1000, 1500]);
  assert.deepEqual(ticksOf([]), [0, 250, 500]);
  assert.deepEqual(ticksOf([checkedTiming({ total_ms: 90_000 })]), [0, 30_000, 60_000, 90_000]);
});

test('leases of the last seconds, one row an engine, cut at the edges of the window', () => {
  const lease = (/** @type {string} */ engine, /** @type {number} */ start_s, /** @type {number} */ end_s) => ({ engine, phase: 'x', device: 'cpu', start_s, end_s });
  const rows = rowsOf([lease('whisper', 95, 97.5), lease('llama', 80, 91), lease('llama', 10, 20)], 100, 10);
  assert.deepEqual(rows.map((row) => row.engine), ['llama', 'whisper']);
  assert.deepEqual(rows[0]?.bars.map(({ from, width }) => [from, Number(width.toFixed(3))]), [[0, 0.1]]);
  assert.deepEqual(rows[1]?.bars.map(({ from, width }) => [from, width]), [[0.5, 0.25]]);
});

test('sizes as people read them', () => {
  assert.deepEqual([0, 999, 12_345, 486_000_000, 1_117_320_768, 999_999_999].map(size), ['0 B', '999 B', '12 kB', '486 MB', '1.1 GB', '1.0 GB']);
});

test('the voices of a language, best first', () => {
  const voice = (/** @type {string} */ id, /** @type {string} */ language) => ({ id, language, engine: 'e', name: id, local: true, last_resort: false });
  const status = parseStatus({ voices: [voice('a', 'en_US'), voice('b', 'ko-KR'), voice('c', 'en')] });
  assert.deepEqual(voicesFor(status, 'en').map((each) => each.id), ['a', 'c']);
});
