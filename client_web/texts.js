// @ts-check
/** Which language the page speaks, and how a text is looked up. The texts themselves are in texts/. */

/** @typedef {'ko' | 'en'} PageLanguage */
/** @typedef {(key: string, values?: Record<string, string | number>) => string} Say */

const REMEMBERED = 'moui.page-language';

/**
 * @param {{ko: object, en: object}} table
 * @param {PageLanguage} language
 * @returns {Say} '' where there is no such text; {names} in a text are filled in from the values
 */
export function textOf(table, language) {
  const texts = /** @type {Record<string, string>} */ (table[language]);
  return (key, values = {}) => {
    const found = Object.hasOwn(texts, key) ? texts[key] ?? '' : '';
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
