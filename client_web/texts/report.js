// @ts-check

const en = {
  title: 'Report',
};

/** @type {Record<keyof typeof en, string>} */
const ko = {
  title: '결과',
};

export const REPORT = { en, ko };
