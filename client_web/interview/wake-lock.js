// @ts-check
/** Keeps the screen on while somebody talks: a candidate touches nothing for twenty minutes. */

export class WakeLock {
  /** @type {WakeLockSentinel | null} */
  #held = null;
  #wanted = false;

  /** @param {AbortSignal} signal lets go for good */
  constructor(signal) {
    // The browser takes the lock back whenever the page is hidden.
    document.addEventListener('visibilitychange', () => void this.#take(), { signal });
    signal.addEventListener('abort', () => this.want(false), { once: true });
  }

  /** @param {boolean} wanted */
  want(wanted) {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted) void this.#take();
    else this.#held?.release().catch(() => {});
  }

  async #take() {
    if (!this.#wanted || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    try {
      this.#held = await navigator.wakeLock.request('screen');
      if (!this.#wanted) await this.#held.release();
    } catch (error) {
      console.info('moui: the screen may go dark', error);
    }
  }
}
