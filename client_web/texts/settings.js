// @ts-check

const en = {
  title: 'Settings',
};

/** @type {Record<keyof typeof en, string>} */
const ko = {
  title: '설정',
};

export const SETTINGS = { en, ko };
