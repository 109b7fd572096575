/**
 * People in a real Chromium. Each visitor has a browser profile of their own and a list of everything that went wrong on
 * their pages: an uncaught error, an error in the console, a breach of the content security policy. A story ends by
 * looking at that list.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const OUT = join(dirname(fileURLToPath(import.meta.url)), '..', 'out');
const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WAIT_MS = 20_000;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** The two sizes that everything is looked at in. */
export const PHONE = { name: 'phone', viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
export const DESKTOP = { name: 'desktop', viewport: { width: 1280, height: 800 } };

/** Rules about the order of a page, which axe calls moderate: whoever hears a page finds their way by it. */
const ORDER_RULES = ['region', 'heading-order', 'landmark-one-main'];

/** The calendar kit names its day labels "Weekday 2026-11-16" over "Mon 16" and lets nobody change that. */
function isTheKits(rule, { html }) {
  return rule === 'label-content-name-mismatch' && html.includes('WeekView-weekViewDayLabel');
}

/** What floats above the page for a moment, as a tooltip does, belongs to its control and not to a part of the page. */
function isFloating(rule, { html }) {
  const [tag] = html.split('>', 1);
  return rule === 'region' && /data-portal|data-floating-ui|role="tooltip"/.test(tag);
}

/** What stands beyond the right edge, in the page's own context: the page itself, and parts cut off where nobody can scroll to. */
function findOutside() {
  const { scrollWidth, clientWidth } = document.documentElement;
  const page = scrollWidth > clientWidth ? [`the page is ${scrollWidth} wide`] : [];
  const mayBeReached = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { overflowX, clipPath, position } = getComputedStyle(at);
      if (overflowX === 'auto' || overflowX === 'scroll' || clipPath !== 'none' || (position === 'fixed' && at !== element)) return true;
    }
    return false;
  };
  const parts = [...document.querySelectorAll('body *')].filter((element) => {
    const { width, height, right, left } = element.getBoundingClientRect();
    return width > 1 && height > 1 && left < clientWidth && right > clientWidth + 1 && !element.closest('svg') && !mayBeReached(element);
  });
  // A button's word is short; one that is cut inside its button sticks out just as much.
  const cut = [...document.querySelectorAll('.mantine-Button-label')].filter((label) => label.clientWidth > 0 && label.scrollWidth > label.clientWidth + 1 && !label.closest('[aria-hidden=true]'));
  return [...page, ...parts.map((element) => `${element.tagName} ${element.className}: ${element.textContent.slice(0, 40)}`), ...cut.map((label) => `cut in its button: ${label.textContent.slice(0, 40)}`)].slice(0, 5);
}

/**
 * What is too small for a finger, in the page's own context. A link inside a sentence is as high as its line, as everywhere;
 * in a calendar's grid a block is as high as it is long.
 */
function findSmallTargets(least) {
  const controls = 'a[href], button, input:not([type=hidden]):not([type=file]), select, textarea, summary, [role=button], [role=tab], [role=menuitem], [role=option], [role=checkbox], [role=switch], [role=radio]';
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.closest('[aria-hidden=true]');
  const isInSentence = (element) => {
    if (!getComputedStyle(element).display.startsWith('inline') || element.tagName !== 'A') return false;
    const around = element.parentElement.textContent.trim();
    return around.length > element.textContent.trim().length;
  };
  const rectOf = (element) => {
    const rects = [element, ...(element.labels ?? []), element.closest('label'), element.matches('input, textarea, select') ? element.closest('.mantine-Input-wrapper') : null].filter(Boolean).map((one) => one.getBoundingClientRect()).filter(({ width, height }) => width > 1 && height > 1);
    return { width: Math.max(0, ...rects.map(({ width }) => width)), height: Math.max(0, ...rects.map(({ height }) => height)) };
  };
  return [...document.querySelectorAll(controls)]
    .filter((element) => !element.disabled && isShown(element) && !isInSentence(element) && !element.closest('[class*="WeekView"], [class*="DayView"]'))
    .map((element) => ({ element, ...rectOf(element) }))
    // Nothing is left of what is only there for screen readers, and comes into view when it has the focus.
    .filter(({ width, height }) => width > 1 && height > 1 && (width < least || height < least))
    .map(({ element, width, height }) => `${Math.round(width)}×${Math.round(height)} ${element.tagName.toLowerCase()}.${element.className} "${(element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 30)}"`);
}

/** Half a pixel is lost where a device's pixels and ours do not meet. */
const TARGET_PIXELS_MIN = 43.5;

export async function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium', headless: true, args: FLAGS });
}

export class Visitor {
  /** What the network may say in the console while it is taken away on purpose. */
  #mayMiss = false;
  #shots = 0;
  #told = new Set();

  constructor(name, size, story, context, page, server) {
    Object.assign(this, { name, size, story, context, page, server });
    this.problems = [];
    context.on('page', (opened) => this.#watch(opened));
    this.#watch(page);
  }

  static async enter(browser, server, { name, size, story, serviceWorkers = 'block', timezoneId = 'Africa/Nairobi' }) {
    const { name: _, ...device } = size;
    const context = await browser.newContext({ ...device, locale: 'en-GB', timezoneId, colorScheme: 'light', reducedMotion: 'reduce', serviceWorkers });
    context.setDefaultTimeout(WAIT_MS);
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI}`);
      });
    });
    return new Visitor(name, size, story, context, await context.newPage(), server);
  }

  get isPhone() {
    return this.size === PHONE;
  }

  async open(path) {
    await this.page.goto(new URL(path, this.server.url).href);
  }

  /** Waits until it is there to be seen. */
  async see(locator) {
    await locator.first().waitFor({ state: 'visible' });
    return locator.first();
  }

  async seeText(text, options) {
    return this.see(this.page.getByText(text, options));
  }

  async gone(locator) {
    await locator.first().waitFor({ state: 'hidden' });
  }

  button(name, options = {}) {
    return this.page.getByRole('button', { name, ...options });
  }

  link(name, options = {}) {
    return this.page.getByRole('link', { name, ...options });
  }

  field(label, options = {}) {
    return this.page.getByLabel(label, options);
  }

  /** Network errors in the console are expected while this runs. */
  async withoutNetwork(act) {
    const before = this.#mayMiss;
    this.#mayMiss = true;
    try {
      return await act();
    } finally {
      this.#mayMiss = before;
    }
  }

  /** The same for the whole visit of somebody whose network lets not everything through. */
  expectNetworkErrors() {
    this.#mayMiss = true;
  }

  /** A picture in light and in dark, and a search for what people with other eyes or hands could not use. */
  async look(name) {
    this.#shots += 1;
    const place = `${String(this.#shots).padStart(2, '0')}-${name}`;
    for (const colorScheme of ['dark', 'light']) {
      await this.page.emulateMedia({ colorScheme });
      await this.page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor({ state: 'attached' });
      await this.shoot(`${place}-${colorScheme}`);
      await this.#checkAccess(`${place} (${colorScheme})`);
    }
  }

  async shoot(name) {
    const folder = join(OUT, this.story, this.size.name);
    await mkdir(folder, { recursive: true });
    await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
    await this.page.screenshot({ path: join(folder, `${this.name}-${name}.png`), animations: 'disabled', caret: 'hide' });
  }

  /** Nothing may stick out to the side: a page that scrolls sideways on a phone is broken. */
  async #checkAccess(place) {
    assert.deepEqual(await this.page.evaluate(findOutside), [], `${this.name}, ${place}: something sticks out of the screen`);
    if (this.isPhone) {
      for (const small of await this.page.evaluate(findSmallTargets, TARGET_PIXELS_MIN)) this.#tellOnce(place, `too small for a finger: ${small}`);
    }
    if (!(await this.page.evaluate(() => 'axe' in window))) await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    const serious = violations
      .filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || ORDER_RULES.includes(id))
      .flatMap(({ id, nodes }) => nodes.filter((node) => !isTheKits(id, node) && !isFloating(id, node)).map(({ html, failureSummary }) => `axe ${id}: ${html}\n    ${failureSummary.replaceAll(/\s+/g, ' ')}`));
    // What stands in the frame of every page is told once, with the place where it was seen first.
    for (const found of serious) this.#tellOnce(place, found);
  }

  #tellOnce(place, found) {
    if (this.#told.has(found)) return;
    this.#told.add(found);
    this.problems.push(`${place} ${found}`);
  }

  /** The end of a visit: nothing went wrong on any page, or it is told here. */
  async leave() {
    await this.context.close();
    assert.deepEqual(this.problems, [], `${this.name} met problems`);
  }

  #watch(page) {
    page.on('pageerror', (error) => this.problems.push(`uncaught: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      const isNetwork = /Failed to load resource|ERR_|WebSocket connection/.test(message.text());
      if (!(isNetwork && this.#mayMiss)) this.problems.push(`console: ${message.text()} (${message.location().url})`);
    });
  }
}
