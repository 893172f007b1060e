// @ts-check
/** One line said to the server and one said back: what it understood, and how long it took. */

import { Connection } from '../connection.js';
import { Playout } from '../playout.js';
import { realtimeUrl } from '../server.js';
import { OUTPUT_RATE_HZ } from '../wire.js';
import { ReplyWatch } from './measures.js';
import { update } from './wishes.js';

/** What is to be said, in the interview's language. */
export const LINE = Object.freeze({
  en: 'Hello, I have been looking forward to this conversation.',
  ko: '안녕하세요, 오늘 면접을 기다리고 있었습니다.',
});
const INSTRUCTIONS = {
  en: 'The user is testing the microphone before an interview. Reply with one short friendly sentence: that you can hear them well.',
  ko: '사용자가 면접 전에 마이크를 시험하고 있습니다. 잘 들린다고 한국어 존댓말로 짧은 한 문장으로만 답하십시오.',
};
const MOST_TOKENS = 60;

/** @typedef {'connecting' | 'loading' | 'queued' | 'speak' | 'hearing' | 'thinking' | 'speaking' | 'done' | 'nothing' | 'failed'} RehearsalStep */
/**
 * @typedef {object} RehearsalState
 * @property {RehearsalStep} step
 * @property {number} place in line
 * @property {string} text understood so far
 * @property {string} reply
 * @property {number | null} ms from the last voice to the first sound, as heard here
 * @property {any} timings `moui.turn.timings`
 * @property {number[]} levels while the line was said
 * @property {number} peak
 */

const STEPS = /** @type {Record<string, RehearsalStep>} */ ({
  listening: 'speak',
  hearing: 'hearing',
  ending: 'hearing',
  committing: 'thinking',
  thinking: 'thinking',
  speaking: 'speaking',
  paused: 'speaking',
});

export class Rehearsal {
  #connection;
  #playout;
  #sound;
  #deaf;
  #watch = new ReplyWatch();
  #ready = false;
  #threshold;
  #tell;
  #words;
  /** @type {RehearsalState} */
  state = { step: 'connecting', place: 0, text: '', reply: '', ms: null, timings: null, levels: [], peak: 0 };

  /**
   * @param {object} options
   * @param {import('./sound-check.js').SoundCheck} options.sound
   * @param {'ko' | 'en'} options.language of the interview
   * @param {string | null} options.voice
   * @param {number} options.threshold level that is voice rather than room
   * @param {(state: RehearsalState) => void} options.tell
   */
  constructor({ sound, language, voice, threshold, tell }) {
    this.#sound = sound;
    this.#threshold = threshold;
    this.#tell = tell;
    this.#words = { language, voice };
    this.#playout = new Playout((event) => this.#connection.send(event));
    this.#playout.attach(sound.player);
    this.#connection = new Connection(realtimeUrl(), {
      onEvent: (event) => this.#onEvent(event),
      onAudio: (frame) => this.#playout.audio(frame),
      onClose: () => this.#end('failed'),
    });
    this.#deaf = sound.listen((level, peak) => this.#hear(level, peak));
  }

  stop() {
    this.#deaf();
    this.#playout.newLine();
    this.#connection.close();
  }

  /**
   * @param {ArrayBuffer} frame
   * @param {number} samples
   */
  send(frame, samples) {
    if (this.#ready) this.#connection.sendMicrophone(frame, samples);
  }

  /** @param {import('../player.js').Told} report */
  played(report) {
    if (!this.#playout.played(report) || this.state.step !== 'speaking') return;
    this.#watch.played(report.samples, OUTPUT_RATE_HZ, performance.now());
    if (this.#watch.ms !== this.state.ms) this.#change({ ms: this.#watch.ms });
  }

  /**
   * @param {number} level
   * @param {number} peak
   */
  #hear(level, peak) {
    const { step, levels } = this.state;
    if (step !== 'speak' && step !== 'hearing') return;
    this.#watch.heard(level, this.#threshold, performance.now());
    if (step !== 'hearing') return;
    levels.push(level);
    this.state.peak = Math.max(this.state.peak, peak);
  }

  #configure() {
    const { language, voice } = this.#words;
    const input = { format: { type: 'audio/pcm', rate: this.#sound.rateHz }, transcription: { language } };
    const event = update(voice === null ? { input } : { input, output: { voice } });
    const session = { ...event.session, instructions: INSTRUCTIONS[language], max_output_tokens: MOST_TOKENS };
    this.#connection.send({ ...event, session });
  }

  /** @param {import('../session.js').Event} event */
  #onEvent(event) {
    this.#playout.take(event);
    switch (event.type) {
      case 'session.created':
        return this.#configure();
      case 'session.updated':
        this.#ready = true;
        return this.#change({ step: this.state.step === 'connecting' ? 'speak' : this.state.step });
      case 'moui.notice':
        return event.code === 'models_loading' ? this.#change({ step: 'loading' }) : undefined;
      case 'moui.queue':
        return this.#change({ step: event.place > 0 ? 'queued' : 'speak', place: event.place });
      case 'moui.transcript':
        return this.#change({ text: event.stable + event.tail });
      case 'conversation.item.input_audio_transcription.completed':
        return this.#change({ text: event.transcript });
      case 'moui.transcript.dropped':
        return this.#end('nothing');
      case 'response.output_audio_transcript.delta':
        return this.#change({ reply: this.state.reply + event.delta });
      case 'moui.turn.timings':
        return this.#change({ timings: event });
      case 'moui.state':
        return this.#turned(event.state);
      case 'error':
        return this.#ready ? undefined : this.#end('failed');
    }
  }

  /** @param {string} turn */
  #turned(turn) {
    const step = Object.hasOwn(STEPS, turn) ? STEPS[turn] : undefined;
    if (step === undefined) return;
    if (step === 'speak' && this.state.text !== '' && ['thinking', 'speaking'].includes(this.state.step)) this.#end('done');
    else this.#change({ step });
  }

  /** @param {RehearsalStep} step */
  #end(step) {
    this.stop();
    // Where voice and room cannot be told apart by loudness, the server's own figure has to do.
    const told = this.state.timings?.total_ms;
    this.#change({ step, ms: this.state.ms ?? (typeof told === 'number' ? told : null) });
  }

  /** @param {Partial<RehearsalState>} change */
  #change(change) {
    this.state = { ...this.state, ...change };
    this.#tell(this.state);
  }
}
