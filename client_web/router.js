// @ts-check
/** From the address behind # to the page that is shown. Only what is shown is loaded. */

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

/** Address, module in pages/ and style sheet in style/. */
const ROUTES = Object.freeze({
  '/': 'start',
  '/prepare': 'prepare',
  '/check/:id': 'check',
  '/interview/:session': 'interview',
  '/report/:session': 'report',
  '/history': 'history',
  '/settings': 'settings',
  '/talk': 'talk',
});
const MISSING = 'missing';

/** @type {Record<string, () => Promise<{page: Page}>>} */
const MODULES = {
  start: () => import('./pages/start.js'),
  prepare: () => import('./pages/prepare.js'),
  check: () => import('./pages/check.js'),
  interview: () => import('./pages/interview.js'),
  report: () => import('./pages/report.js'),
  history: () => import('./pages/history.js'),
  settings: () => import('./pages/settings.js'),
  talk: () => import('./pages/talk.js'),
  missing: () => import('./pages/missing.js'),
};

/** Style sheets of a page besides its own. @type {Record<string, readonly string[]>} */
const STYLES = { check: ['orb', 'captions'], interview: ['orb', 'captions'], start: ['orb'], talk: ['orb', 'captions'] };

/**
 * @param {string} hash of the address, with or without '#'
 * @returns {{name: string, route: Route}}
 */
export function match(hash) {
  const [path = '', query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  const wanted = path === '' ? '/' : path;
  const route = { path: wanted, params: {}, query: new URLSearchParams(query) };
  for (const [pattern, name] of Object.entries(ROUTES)) {
    const params = fit(pattern, wanted);
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

/** @param {string} name */
function load(name) {
  return /** @type {() => Promise<{page: Page}>} */ (MODULES[name])();
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
const styles = new Map();

/**
 * @param {string} name of a file in style/
 * @returns {Promise<void>} settled when it is there; a page without style is better than none
 */
function style(name) {
  const known = styles.get(name);
  if (known !== undefined) return known.loaded;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = new URL(`./style/${name}.css`, import.meta.url).href;
  const loaded = new Promise((/** @type {(value: void) => void} */ resolve) => {
    link.addEventListener('load', () => resolve());
    link.addEventListener('error', () => resolve());
  });
  document.head.append(link);
  styles.set(name, { link, loaded });
  return loaded;
}

/** A page sees its own style sheets only. @param {readonly string[]} names */
function wear(names) {
  for (const [name, { link }] of styles) link.media = names.includes(name) ? 'all' : 'not all';
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
      const worn = [...(STYLES[name] ?? []), name];
      const [{ page }] = await Promise.all([load(name), ...worn.map(style)]);
      if (leaving.signal.aborted) return;
      wear(worn);
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
  relabel() {
    const language = this.#around.language();
    if (this.#now === null || typeof this.#shown !== 'object' || this.#shown.relabel === undefined) return void this.show();
    this.#now.context.language = language;
    this.#around.onShow(this.#now.name, this.#now.page, this.#now.page.title(this.#now.context));
    this.#shown.relabel(language);
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
