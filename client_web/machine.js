// @ts-check
/** What /api/machine says of this computer, in a few rows. */

import { textOf } from './texts.js';

/**
 * @param {'ko' | 'en'} language
 * @param {any} found the answer of /api/machine
 * @returns {[string, string][]}
 */
export function machineRows(language, { hardware, profile, profile_title: title }) {
  const t = textOf('start', language);
  const gib = (/** @type {number} */ mib) => `${(mib / 1024).toFixed(mib < 10_240 ? 1 : 0)} GB`;
  const card = hardware.gpus[0];
  return [
    [t('processor'), `${hardware.cpu}, ${t('cores', { cores: hardware.physical_cores })}`],
    [t('memory'), t('free', { total: gib(hardware.ram_mb), free: gib(hardware.ram_free_mb) })],
    [t('graphics'), card === undefined ? t('noCard') : `${card.name}, ${gib(card.vram_mb)}`],
    [t('profile'), t(`profile-${profile}`) || title],
  ];
}
