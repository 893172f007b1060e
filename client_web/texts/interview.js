// @ts-check

const en = {
  title: 'Interview',
};

/** @type {Record<keyof typeof en, string>} */
const ko = {
  title: '면접',
};

export const INTERVIEW = { en, ko };
