/** Another system that is called: takes calls, keeps them in the order they came, and answers as it is told. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { within } from './within.js';

const ARRIVES_MS = 15_000;

export class Receiver {
  #came = [];
  #waiting = [];
  #answer = { status: 200, body: 'ok' };

  async start() {
    this.http = createServer(async (request, response) => {
      const pieces = [];
      for await (const piece of request) pieces.push(piece);
      const taken = { headers: request.headers, body: Buffer.concat(pieces).toString('utf8') };
      response.writeHead(this.#answer.status).end(this.#answer.body);
      const waiting = this.#waiting.shift();
      if (waiting) waiting(taken);
      else this.#came.push(taken);
    });
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
    this.url = `http://127.0.0.1:${this.http.address().port}/hooks`;
    return this;
  }

  /** From now on. */
  answer(status, body) {
    this.#answer = { status, body };
  }

  next() {
    const came = this.#came.shift();
    return came ?? within(ARRIVES_MS, 'a webhook to be called', new Promise((resolve) => this.#waiting.push(resolve)));
  }

  stop() {
    this.http.closeAllConnections();
    this.http.close();
  }
}
