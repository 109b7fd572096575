/** A story is told in steps. When one fails, the error names it and every visitor's page is kept as a picture. */
import { describe, test } from 'node:test';
import { DESKTOP, openBrowser, PHONE, Visitor } from './browser.js';
import { startServer } from './server.js';

export class Story {
  #visitors = [];

  constructor(name, size, server, browser) {
    Object.assign(this, { name, size, server, browser });
  }

  async visitor(name, options = {}) {
    const visitor = await Visitor.enter(this.browser, this.server, { name, size: this.size, story: this.name, ...options });
    this.#visitors.push(visitor);
    return visitor;
  }

  async step(words, act) {
    try {
      return await act();
    } catch (error) {
      for (const visitor of this.#visitors) await visitor.shoot('failed').catch((reason) => console.error(`no picture of ${visitor.name}: ${reason.message}`));
      const met = this.#visitors.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
      throw new Error(`${words}: ${error.message}${met.length > 0 ? `\n--- on the pages\n${met.join('\n')}` : ''}\n--- the server said\n${this.server.log()}`, { cause: error });
    }
  }

  async end() {
    const visitors = this.#visitors.splice(0);
    const ends = await Promise.allSettled(visitors.map((visitor) => visitor.leave()));
    const failed = ends.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.message);
    if (failed.length > 0) throw new Error(failed.join('\n'));
  }
}

/** Tells each story with a server of its own, in the given sizes; `options` are the server's. */
export function tell(name, stories, sizes = [PHONE, DESKTOP], options = {}) {
  for (const size of sizes) {
    describe(`${name}, ${size.name}`, () => {
      for (const [title, act] of Object.entries(stories)) {
        test(title, async () => {
          const [server, browser] = await Promise.all([startServer(options), openBrowser()]);
          const story = new Story(name, size, server, browser);
          try {
            await act(story);
            await story.end();
          } finally {
            await browser.close();
            await server.stop();
          }
        });
      }
    });
  }
}
