/** A site of somebody else's, on an origin of its own and with a strict content policy: its pages load our scripts. */
import { createServer } from 'node:http';
import { once } from 'node:events';

const HOST = '127.0.0.1';

export class ForeignSite {
  #server;
  #files = new Map();
  #policy = "default-src 'none'";

  static async open() {
    const site = new ForeignSite();
    site.#server = createServer((request, response) => site.#answer(request, response)).listen(0, HOST);
    await once(site.#server, 'listening');
    site.origin = `http://${HOST}:${site.#server.address().port}`;
    return site;
  }

  /** Allows what a page needs that uses the scripts of this Frontdesk, and nothing beyond. */
  trust(server) {
    const live = server.url.replace('http', 'ws');
    this.#policy = `default-src 'none'; script-src 'self' ${server.url}; style-src ${server.url}; img-src data:; connect-src 'self' ${server.url} ${live}; base-uri 'none'`;
  }

  /** What a path answers: a page, a script, or what a function gives as JSON. */
  put(path, kind, content) {
    this.#files.set(path, { kind, content });
  }

  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request, response) {
    const file = this.#files.get(new URL(request.url, this.origin).pathname);
    if (!file) return response.writeHead(request.url === '/favicon.ico' ? 204 : 404).end();
    const headers = { 'Content-Type': file.kind, 'Content-Security-Policy': this.#policy };
    if (typeof file.content !== 'function') return response.writeHead(200, headers).end(file.content);
    try {
      const body = JSON.stringify(await file.content());
      response.writeHead(200, headers).end(body);
    } catch (error) {
      response.writeHead(502, headers).end(JSON.stringify({ error: error.message }));
    }
  }
}
