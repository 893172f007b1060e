// @ts-check

const en = {
  title: 'Prepare',
};

/** @type {Record<keyof typeof en, string>} */
const ko = {
  title: '준비',
};

export const PREPARE = { en, ko };
