// @ts-check

const en = {
  title: 'Start',
};

/** @type {Record<keyof typeof en, string>} */
const ko = {
  title: 'Start',
};

export const START = { en, ko };
