// @ts-check
/** Which language the page speaks, and how a text is looked up. The texts are in texts/<language>/<name>.js. */

/** @typedef {'ko' | 'en'} PageLanguage */
/** @typedef {(key: string, values?: Record<string, string | number>) => string} Say */

const REMEMBERED = 'moui.page-language';

/** By language and name. @type {Map<string, Readonly<Record<string, string>>>} */
const loaded = new Map();

/**
 * Only the language in use is loaded, and of it only what the page says.
 * @param {readonly string[]} names of files in texts/<language>/
 * @param {PageLanguage} language
 */
export async function loadTexts(names, language) {
  await Promise.all(names.map(async (name) => {
    const key = `${language}/${name}`;
    if (!loaded.has(key)) loaded.set(key, (await import(`./texts/${key}.js`)).texts);
  }));
}

/**
 * @param {string | readonly string[]} names loaded before; a text is looked for in one after the other
 * @param {PageLanguage} language
 * @returns {Say} '' where there is no such text; {names} in a text are filled in from the values
 */
export function textOf(names, language) {
  const tables = [names].flat().map((name) => {
    const table = loaded.get(`${language}/${name}`);
    if (table === undefined) throw new Error(`the texts ${language}/${name} are not loaded`);
    return table;
  });
  return (key, values = {}) => {
    const found = tables.find((table) => Object.hasOwn(table, key))?.[key] ?? '';
    return found.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
  };
}

/**
 * @param {readonly string[]} preferred the browser's languages, best first
 * @param {string | null} wanted from `?lang=`, or chosen here before
 * @returns {PageLanguage}
 */
export function chooseLanguage(preferred, wanted) {
  for (const tag of [wanted ?? '', ...preferred]) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'ko' || language === 'en') return language;
  }
  return 'en';
}

/** @returns {PageLanguage} `?lang=` goes first, then what was chosen last, then what the browser prefers */
export function pageLanguage() {
  const wanted = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(REMEMBERED);
  return chooseLanguage(navigator.languages, wanted);
}

/** @param {PageLanguage} language */
export function rememberLanguage(language) {
  localStorage.setItem(REMEMBERED, language);
  const address = new URL(location.href);
  if (!address.searchParams.has('lang')) return;
  address.searchParams.set('lang', language);
  history.replaceState(history.state, '', address);
}
