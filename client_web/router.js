// @ts-check
/** From the address behind # to the page that is shown. Only what is shown is loaded. */

import { loadTexts } from './texts.js';

/**
 * @typedef {{ path: string, params: Record<string, string>, query: URLSearchParams }} Route
 * @typedef {import('./texts.js').PageLanguage} PageLanguage
 */
/**
 * @typedef {object} Context
 * @property {PageLanguage} language
 * @property {Route} route
 * @property {(path: string) => void} go to another page: '/report/ab12'
 * @property {(text: string) => void} say to screen readers, politely
 * @property {(text: string) => void} alert to everybody: shown on top of the page until it is closed
 * @property {(language: 'ko' | 'en') => void} interviewIn for the line at the bottom: whose voice will speak
 * @property {AbortSignal} signal aborted when the page is left
 */
/**
 * What a page may hand back: how to leave it, and, where it must not be made anew when the reader changes the
 * language, how to change its words.
 * @typedef {(() => void) | { leave?: () => void, relabel?: (language: PageLanguage) => void } | void} Shown
 */
/**
 * `quiet`: nothing but the page, no navigation (the interview).
 * @typedef {object} Page
 * @property {(context: Context) => string} title
 * @property {(root: HTMLElement, context: Context) => Shown | Promise<Shown>} show
 * @property {boolean} [quiet]
 */

/**
 * What belongs to a page: its address, its module, its style sheets (in style/) and its texts (in texts/<language>/).
 * @typedef {{ at: string, load: () => Promise<{page: Page}>, styles: readonly string[], texts: readonly string[] }} Entry
 */
/** @type {Readonly<Record<string, Entry>>} */
const PAGES = Object.freeze({
  start: { at: '/', load: () => import('./pages/start.js'), styles: ['orb', 'start'], texts: ['start'] },
  prepare: { at: '/prepare', load: () => import('./pages/prepare.js'), styles: ['prepare'], texts: ['prepare', 'words'] },
  check: { at: '/check/:id', load: () => import('./pages/check.js'), styles: ['orb', 'captions', 'check'], texts: ['check', 'call'] },
  interview: { at: '/interview/:session', load: () => import('./pages/interview.js'), styles: ['orb', 'captions', 'interview'], texts: ['interview', 'call'] },
  report: { at: '/report/:session', load: () => import('./pages/report.js'), styles: ['report', 'report-print'], texts: ['report', 'words'] },
  history: { at: '/history', load: () => import('./pages/history.js'), styles: ['history'], texts: ['history', 'words'] },
  settings: { at: '/settings', load: () => import('./pages/settings.js'), styles: ['settings'], texts: ['settings', 'start'] },
  talk: { at: '/talk', load: () => import('./pages/talk.js'), styles: ['orb', 'captions', 'talk'], texts: ['talk', 'call'] },
});
/** @type {Entry} */
const NOWHERE = { at: '', load: () => import('./pages/missing.js'), styles: [], texts: [] };
const MISSING = 'missing';

/**
 * @param {string} hash of the address, with or without '#'
 * @returns {{name: string, route: Route}}
 */
export function match(hash) {
  const [path = '', query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  const wanted = path === '' ? '/' : path;
  const route = { path: wanted, params: {}, query: new URLSearchParams(query) };
  for (const [name, { at }] of Object.entries(PAGES)) {
    const params = fit(at, wanted);
    if (params !== null) return { name, route: { ...route, params } };
  }
  return { name: MISSING, route };
}

/**
 * @param {string} pattern
 * @param {string} path
 * @returns {Record<string, string> | null} the values of its :names
 */
function fit(pattern, path) {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  /** @type {Record<string, string>} */
  const params = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== value) return null;
    } else if (value === '') return null;
    else params[part.slice(1)] = decoded(value);
  }
  return params;
}

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** @type {Map<string, {link: HTMLLinkElement, loaded: Promise<void>}>} */
const sheets = new Map();

/**
 * @param {string} name of a file in style/
 * @returns {Promise<void>} settled when it is there; a page without style is better than none
 */
function style(name) {
  const known = sheets.get(name);
  if (known !== undefined) return known.loaded;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = new URL(`./style/${name}.css`, import.meta.url).href;
  const loaded = new Promise((/** @type {(value: void) => void} */ resolve) => {
    link.addEventListener('load', () => resolve());
    link.addEventListener('error', () => resolve());
  });
  document.head.append(link);
  sheets.set(name, { link, loaded });
  return loaded;
}

/** A page sees its own style sheets only. @param {readonly string[]} names */
function wear(names) {
  for (const [name, { link }] of sheets) link.media = names.includes(name) ? 'all' : 'not all';
}

/**
 * @typedef {object} Surroundings what the shell gives to the router
 * @property {HTMLElement} main
 * @property {() => PageLanguage} language
 * @property {Pick<Context, 'say' | 'alert' | 'interviewIn'>} context
 * @property {(name: string, page: Page, title: string) => void} onShow
 * @property {(root: HTMLElement, error: unknown, again: () => void) => void} onBroken
 */

export class Router {
  #around;
  #leaving = new AbortController();
  /** @type {Shown} */
  #shown = undefined;
  #first = true;
  /** What is shown now. @type {{name: string, page: Page, context: Context} | null} */
  #now = null;

  /** @param {Surroundings} surroundings */
  constructor(surroundings) {
    this.#around = surroundings;
    addEventListener('hashchange', () => void this.show());
    addEventListener('pagehide', () => this.#leave());
    addEventListener('pageshow', (event) => event.persisted && void this.show());
  }

  /** Shows what the address says, made anew. */
  async show() {
    this.#leave();
    const leaving = (this.#leaving = new AbortController());
    const { name, route } = match(location.hash);
    const root = document.createElement('div');
    root.className = `page page-${name}`;
    const context = this.#context(route, leaving.signal);
    try {
      const { load, styles, texts } = PAGES[name] ?? NOWHERE;
      const [{ page }] = await Promise.all([load(), loadTexts(texts, context.language), ...styles.map(style)]);
      if (leaving.signal.aborted) return;
      wear(styles);
      this.#now = { name, page, context };
      this.#around.main.replaceChildren(root);
      this.#around.onShow(name, page, page.title(context));
      this.#arrive();
      const shown = await page.show(root, context);
      if (leaving.signal.aborted) leave(shown);
      else this.#shown = shown;
    } catch (error) {
      if (leaving.signal.aborted) return;
      this.#around.main.replaceChildren(root);
      this.#around.onBroken(root, error, () => void this.show());
    }
  }

  /** The reader changed the language. */
  async relabel() {
    const now = this.#now;
    const shown = this.#shown;
    if (now === null || typeof shown !== 'object' || shown.relabel === undefined) return this.show();
    await loadTexts(PAGES[now.name]?.texts ?? [], this.#around.language());
    if (this.#now !== now) return;
    now.context.language = this.#around.language();
    this.#around.onShow(now.name, now.page, now.page.title(now.context));
    shown.relabel(now.context.language);
  }

  /**
   * @param {Route} route
   * @param {AbortSignal} signal
   * @returns {Context}
   */
  #context(route, signal) {
    return { ...this.#around.context, language: this.#around.language(), route, go, signal };
  }

  /** After the first page, the keyboard and the screen reader start where the new page starts. */
  #arrive() {
    if (!this.#first) {
      scrollTo(0, 0);
      this.#around.main.focus({ preventScroll: true });
    }
    this.#first = false;
  }

  #leave() {
    this.#leaving.abort();
    leave(this.#shown);
    this.#shown = undefined;
    this.#now = null;
  }
}

/** @param {Shown} shown */
function leave(shown) {
  if (typeof shown === 'function') shown();
  else shown?.leave?.();
}

/** @param {string} path */
export function go(path) {
  location.hash = path.startsWith('#') ? path : `#${path}`;
}
