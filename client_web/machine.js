// @ts-check
/** What /api/machine says of this computer, in a few rows. */

import { el } from './dom.js';
import { textOf } from './texts.js';

/**
 * @param {'ko' | 'en'} language
 * @param {any} found the answer of /api/machine
 * @returns {[string, string][]}
 */
export function machineRows(language, { hardware, profile, profile_title: title }) {
  const t = textOf('start', language);
  const card = hardware.gpus[0];
  return [
    [t('processor'), `${hardware.cpu}, ${t('cores', { cores: hardware.physical_cores })}`],
    [t('memory'), t('free', { total: gib(hardware.ram_mb), free: gib(hardware.ram_free_mb) })],
    [t('graphics'), card === undefined ? t('noCard') : `${card.name}, ${gib(card.vram_mb)}`],
    [t('profile'), t(`profile-${profile}`) || title],
  ];
}

const ROLES = /** @type {const} */ (['stt', 'llm', 'tts']);

/**
 * Which models are in use, and what they run on.
 * @param {import('./texts.js').Say} t the texts of the first page
 * @param {any} found the answer of /api/machine
 * @returns {[string, string][]}
 */
export function placeRows(t, { models, placed }) {
  if (placed === null) return [];
  /** @type {[string, string][]} */
  const rows = [];
  for (const role of ROLES) {
    const used = models.filter((/** @type {any} */ model) => model.role === role && (model.loaded || model.needed));
    const device = placed[role];
    if (used.length === 0 || device === null) continue;
    const where = t(device === 'cpu' ? 'onProcessor' : role === 'llm' && placed.llm_card_share < 1 ? 'onBoth' : 'onCard');
    rows.push([t(`does-${role}`), `${used.map((/** @type {any} */ model) => model.title).join(', ')} (${where})`]);
  }
  const words = { ram: gib(placed.ram_mb), vram: gib(placed.vram_mb) };
  return [...rows, [t('takes'), t(placed.vram_mb > 0 ? 'takesBoth' : 'takesMemory', words)]];
}

/**
 * That another set of models would fit better, where it would.
 * @param {'ko' | 'en'} language
 * @param {any} found the answer of /api/machine
 * @returns {HTMLElement | ''}
 */
export function otherProfile(language, { profile, recommended, recommended_title: title }) {
  const t = textOf('start', language);
  if (recommended === profile) return '';
  const [before, after] = t('otherProfile', { title: t(`profile-${recommended}`) || title }).split('{option}');
  return el('p', { class: 'hint' }, before, el('code', { class: 'option' }, `--profile ${recommended}`), after);
}

/** @param {number} mib */
function gib(mib) {
  return `${(mib / 1024).toFixed(mib < 10_240 ? 1 : 0)} GB`;
}
