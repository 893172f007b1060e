// @ts-check
/** What the check knows so far. Pure. */

/**
 * @typedef {[id: string, name: string][]} Devices
 * @typedef {import('./measures.js').Verdict} Verdict
 * @typedef {import('./rehearsal.js').RehearsalState} RehearsalState
 */
/**
 * @typedef {object} CheckState
 * @property {'off' | 'asking' | 'on' | 'failed'} microphone
 * @property {{title: string, help: string} | null} problem
 * @property {boolean} away
 * @property {Devices} microphones
 * @property {Devices | null} speakers null: the browser does not let a page choose
 * @property {string} microphoneId
 * @property {string} speakerId
 * @property {boolean} measuring
 * @property {{db: number, verdict: Verdict, dead: boolean} | null} room
 * @property {boolean} playing
 * @property {{above: number, verdict: Verdict} | null} echo
 * @property {RehearsalState | null} rehearsal
 * @property {number | null} networkMs
 * @property {number} outputMs
 */

/**
 * @param {string | null} speaker device id, as it was chosen before
 * @returns {CheckState}
 */
export function initialCheck(speaker) {
  return {
    microphone: 'off',
    problem: null,
    away: false,
    microphones: [],
    speakers: null,
    microphoneId: '',
    speakerId: speaker ?? '',
    measuring: false,
    room: null,
    playing: false,
    echo: null,
    rehearsal: null,
    networkMs: null,
    outputMs: 0,
  };
}
