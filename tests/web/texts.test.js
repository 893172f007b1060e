import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { problemOf } from '../../client_web/microphone.js';
import { problemOfClose, problemOfError } from '../../client_web/server.js';
import { outside, parseStatus, voiceFor } from '../../client_web/status.js';
import { chooseLanguage, loadTexts, textOf } from '../../client_web/texts.js';

const page = readFileSync(new URL('../../client_web/index.html', import.meta.url), 'utf8');

const folder = new URL('../../client_web/texts/', import.meta.url);
/** @param {'ko' | 'en'} language @returns {string[]} */
const files = (language) => readdirSync(new URL(`${language}/`, folder)).sort();
/** @param {string} path @returns {Promise<Record<string, string>>} */
const tableOf = async (path) => (await import(new URL(path, folder).href)).texts;

for (const language of /** @type {const} */ (['ko', 'en'])) {
  await loadTexts(files(language).map((file) => file.replace('.js', '')), language);
}
const en = textOf(['call', 'shell'], 'en');
const ko = textOf(['call', 'shell'], 'ko');

test('both languages have the same texts with the same names in them', async () => {
  assert.ok(files('en').length >= 10);
  assert.deepEqual(files('ko'), files('en'));
  for (const file of files('en')) {
    const [korean, english] = await Promise.all([tableOf(`ko/${file}`), tableOf(`en/${file}`)]);
    assert.deepEqual(Object.keys(korean).sort(), Object.keys(english).sort(), file);
    for (const key of Object.keys(english)) {
      const names = (/** @type {string | undefined} */ text) => [...(text ?? '').matchAll(/\{\w+\}/g)].map(String).sort();
      assert.deepEqual(names(korean[key]), names(english[key]), `${file}: ${key}`);
    }
  }
});

test('texts that were not loaded are a mistake, not silence', () => {
  assert.throws(() => textOf('nowhere', 'en'), /en\/nowhere/);
});

test('every text the page asks for exists', () => {
  const asked = [...page.matchAll(/data-(?:text|label)="(\w[\w-]*)"/g)].map((match) => match[1] ?? '');
  assert.ok(asked.length > 4);
  for (const key of asked) assert.notEqual(textOf('shell', 'en')(key), '', key);
});

test('every problem is explained with what to do', async () => {
  const problems = Object.keys(await tableOf('en/call.js')).filter((each) => each.startsWith('problem-'));
  assert.ok(problems.length > 8);
  for (const key of problems) {
    assert.notEqual(ko(key.replace('problem', 'help')), '', key);
  }
  for (const name of ['NotAllowedError', 'NotFoundError', 'NotReadableError', 'Weird']) {
    assert.notEqual(en(`problem-${problemOf(new DOMException('', name))}`), '', name);
  }
});

test('a connection that ends says why', () => {
  const seen = [[1013, false], [1006, false], [1008, false], [1006, true], [1013, true], [1001, true]].map(
    ([code, wasOpen]) => problemOfClose(Number(code), wasOpen === true),
  );
  assert.deepEqual(seen, ['busy', 'refused', 'refused', 'lost', 'lost', 'lost']);
  const told = ['busy', 'models_failed', 'invalid_value', undefined].map(problemOfError);
  assert.deepEqual(told, ['busy', 'models-failed', 'mismatch', 'mismatch']);
  for (const problem of [...seen, ...told]) assert.notEqual(ko(`problem-${problem}`), '');
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
  assert.match(en('leaves-model', { model: '{model} <b>' }), /\{model\} <b>/);
  assert.equal(en('toString'), '');
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
  assert.deepEqual(outside(status, 'en', null), { voice: null, model: null });
  assert.deepEqual(outside(status, 'ko', null), { voice: null, model: null }, 'a cloud voice is never taken by itself');
  assert.equal(outside(status, 'ko', 'sunhi').voice?.name, 'SunHi');
  assert.equal(outside(status, 'en', 'sunhi').voice, null, 'it does not speak that language');
  assert.equal(outside(parseStatus({ remote_model: 'https://example.org/v1' }), 'en', null).model, 'https://example.org/v1');
});

test('a status of an unknown shape is no crash', () => {
  for (const json of [null, {}, { voices: 'x' }, { voices: [null, 3] }, []]) {
    const status = parseStatus(json);
    assert.equal(voiceFor(status, 'en', null), undefined);
    assert.deepEqual(outside(status, 'en', null), { voice: null, model: null });
  }
});
