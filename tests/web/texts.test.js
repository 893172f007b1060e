import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { chooseLanguage, text, TEXTS } from '../../client_web/i18n.js';
import { problemOf } from '../../client_web/microphone.js';
import { problemOfClose, problemOfError } from '../../client_web/server.js';
import { outside, parseStatus, voiceFor } from '../../client_web/status.js';

const page = readFileSync(new URL('../../client_web/index.html', import.meta.url), 'utf8');

test('both languages have the same texts with the same names in them', () => {
  assert.deepEqual(Object.keys(TEXTS.ko).sort(), Object.keys(TEXTS.en).sort());
  for (const key of Object.keys(TEXTS.en)) {
    const names = (/** @type {'ko' | 'en'} */ language) => [...text(language, key).matchAll(/\{\w+\}/g)].map(String).sort();
    assert.deepEqual(names('ko'), names('en'), key);
  }
});

test('every text the page asks for exists', () => {
  const asked = [...page.matchAll(/data-(?:text|label)="(\w[\w-]*)"/g)].map((match) => match[1] ?? '');
  assert.ok(asked.length > 5);
  for (const key of asked) assert.notEqual(text('en', key), '', key);
});

test('every problem is explained with what to do', () => {
  for (const key of Object.keys(TEXTS.en).filter((each) => each.startsWith('problem-'))) {
    assert.notEqual(text('ko', key.replace('problem', 'help')), '', key);
  }
  for (const name of ['NotAllowedError', 'NotFoundError', 'NotReadableError', 'Weird']) {
    assert.notEqual(text('en', `problem-${problemOf(new DOMException('', name))}`), '', name);
  }
});

test('a connection that ends says why', () => {
  const seen = [[1013, false], [1006, false], [1008, false], [1006, true], [1013, true], [1001, true]].map(
    ([code, wasOpen]) => problemOfClose(Number(code), wasOpen === true),
  );
  assert.deepEqual(seen, ['busy', 'refused', 'refused', 'lost', 'lost', 'lost']);
  const told = ['busy', 'models_failed', 'invalid_value', undefined].map(problemOfError);
  assert.deepEqual(told, ['busy', 'models-failed', 'mismatch', 'mismatch']);
  for (const problem of [...seen, ...told]) assert.notEqual(text('ko', `problem-${problem}`), '');
});

test('a server that could not load its models says so', () => {
  assert.equal(parseStatus({ ready: false, stage: 'failed', message: 'disk full' }).failed, 'disk full');
  assert.equal(parseStatus({ ready: false, stage: 'loading', message: 'x' }).failed, null);
});

test('nothing on the page is inline: the strictest policy lets it work', () => {
  assert.doesNotMatch(page, /\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)/);
  assert.doesNotMatch(page, /https?:\/\//);
});

test('names in a text are filled in once, and never from the prototype', () => {
  assert.match(text('en', 'leaves-model', { model: '{model} <b>' }), /\{model\} <b>/);
  assert.equal(text('en', 'toString'), '');
});

test('the browser’s first language that we speak; ?lang= goes first', () => {
  assert.equal(chooseLanguage(['fr-FR', 'ko-KR', 'en'], null), 'ko');
  assert.equal(chooseLanguage(['ko'], 'en'), 'en');
  assert.equal(chooseLanguage(['ko'], 'klingon'), 'ko');
  assert.equal(chooseLanguage([], null), 'en');
});

const JOE = { id: 'joe', language: 'en_US', engine: 'piper', name: 'Joe', local: true, last_resort: false };
const SUNHI = { id: 'sunhi', language: 'ko-KR', engine: 'edge', name: 'SunHi', local: false, last_resort: false };

test('what leaves the computer depends on the voice that will speak, and on the model', () => {
  const status = parseStatus({ ready: true, voices: [JOE, SUNHI] });
  assert.deepEqual(outside(status, 'en'), { voice: null, model: null });
  assert.equal(outside(status, 'ko').voice?.name, 'SunHi');
  assert.equal(outside(parseStatus({ remote_model: 'https://example.org/v1' }), 'en').model, 'https://example.org/v1');
});

test('a status of an unknown shape is no crash', () => {
  for (const json of [null, {}, { voices: 'x' }, { voices: [null, 3] }, []]) {
    const status = parseStatus(json);
    assert.equal(voiceFor(status, 'en'), undefined);
    assert.deepEqual(outside(status, 'en'), { voice: null, model: null });
  }
});
