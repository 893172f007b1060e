// @ts-check

const en = {
  title: 'History',
};

/** @type {Record<keyof typeof en, string>} */
const ko = {
  title: '기록',
};

export const HISTORY = { en, ko };
