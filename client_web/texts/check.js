// @ts-check

const en = {
  title: 'Check',
};

/** @type {Record<keyof typeof en, string>} */
const ko = {
  title: '점검',
};

export const CHECK = { en, ko };
