/**
 * Starts the release binary the way an operator would: environment in, one process, a folder of its own, a free port.
 * What it prints is kept, and shown when something goes wrong.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { within } from './within.js';

const START_MS = 30_000;
const STOP_MS = 40_000;
const LOG_LINES_KEPT = 200;
const MAIL_WAIT_MS = 15_000;

/** Everything that starts here ends with the test process, also when that is interrupted. */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class Server {
  #child = null;
  #log = [];
  #env;
  #cleanups;

  /** `sql` writes into its database from beside it, where that is PostgreSQL: for what only time brings about. */
  constructor(port, env, cleanups, sql) {
    this.port = port;
    this.url = `http://localhost:${port}`;
    this.mailbox = null;
    this.sql = sql;
    this.#env = env;
    this.#cleanups = cleanups;
  }

  /** Starts, or starts again on the same port and data. */
  async start() {
    const bin = process.env.FRONTDESK_BIN;
    if (!bin) throw new Error('FRONTDESK_BIN is not set: the binary to test, with the web app inside');
    const child = spawn(bin, ['serve'], { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    const keep = (line) => {
      this.#log.push(line);
      if (this.#log.length > LOG_LINES_KEPT) this.#log.shift();
    };
    createInterface({ input: child.stderr }).on('line', keep);
    const printed = createInterface({ input: child.stdout }).on('line', keep);
    const ready = new Promise((resolve, reject) => {
      printed.on('line', (line) => {
        const found = /(http:\/\/[\d.]+:\d+)\/mailbox/.exec(line);
        if (found) resolve(found[1]);
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(new Error(`the server ended at once (${code ?? signal})`)));
    });
    this.mailbox = await within(START_MS, 'the server to print where its mailbox is', ready).catch((error) => this.#explain(error));
    const health = await fetch(`${this.url}/health/ready`);
    if (health.status !== 200) this.#explain(new Error(`/health/ready says ${health.status}`));
    return this;
  }

  /** The end without notice. */
  async kill() {
    await this.#end('SIGKILL');
  }

  /** The orderly end, and what was made for this server goes with it. */
  async stop() {
    if (this.#child) await this.#end('SIGINT').catch((error) => this.#explain(error));
    for (const clean of this.#cleanups.splice(0)) await clean();
  }

  /** Another command of the program on the same data, as an operator would type it beside the running one. */
  async run(...args) {
    const { stdout } = await promisify(execFile)(process.env.FRONTDESK_BIN, args, { env: this.#env });
    return stdout;
  }

  /** Waits for a mail to an address; the simulator holds the answer back until it is there. */
  async mailTo(address, after = 0) {
    const query = new URLSearchParams({ to: address, after: String(after), waitMs: String(MAIL_WAIT_MS) });
    const response = await fetch(`${this.mailbox}/mailbox?${query}`);
    const body = await response.json();
    if (!response.ok) throw new Error(`no mail to ${address}: ${JSON.stringify(body)}`);
    return body.messages.at(-1);
  }

  /** The newest mail to an address whose subject fits, however many others come with it. */
  async mailAbout(address, subject, after = 0) {
    for (let seen = after; ; ) {
      const query = new URLSearchParams({ to: address, after: String(seen), waitMs: String(MAIL_WAIT_MS) });
      const response = await fetch(`${this.mailbox}/mailbox?${query}`);
      const body = await response.json();
      if (!response.ok) throw new Error(`no mail to ${address} about ${subject}: ${JSON.stringify(body)}`);
      const found = body.messages.findLast((mail) => subject.test(mail.subject));
      if (found) return found;
      seen = body.messages.at(-1).id;
    }
  }

  /** What the server said lately. */
  log() {
    return this.#log.join('\n');
  }

  async #end(signal) {
    const child = this.#child;
    this.#child = null;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await within(STOP_MS, `the server to end after ${signal}`, ended);
  }

  #explain(error) {
    throw new Error(`${error.message}\n--- the server said\n${this.log()}`, { cause: error });
  }
}

/** A server with nothing in it, or with the demo salon, on SQLite unless told otherwise. */
export async function startServer({ database = 'sqlite', env = {}, demo = false } = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'frontdesk-e2e-'));
  const cleanups = [() => rm(dataDir, { recursive: true, force: true })];
  const port = await findFreePort();
  const base = {
    PATH: process.env.PATH,
    PORT: String(port),
    CLIENT_URL: `http://localhost:${port}`,
    DATA_DIR: dataDir,
    SIMULATORS: 'on',
    // Many people sign in from one address here; the limits have tests of their own.
    RATE_LIMIT_DISABLED: '1',
    LOG_LEVEL: process.env.E2E_LOG ?? 'warn',
    NO_COLOR: '1',
  };
  let sql = null;
  if (database === 'postgres') {
    const { url, drop, run } = await createDatabase();
    cleanups.unshift(drop);
    sql = run;
    Object.assign(base, { DATABASE_URL: url, SINGLE_NODE: '1', REDIS_URL: process.env.REDIS_URL ?? '' });
  }
  if (demo) await promisify(execFile)(process.env.FRONTDESK_BIN, ['demo'], { env: { ...base, ...env } });
  return new Server(port, { ...base, ...env }, cleanups, sql).start();
}

function findFreePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A database of its own beside the one that TEST_DATABASE_URL names. */
async function createDatabase() {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) throw new Error('TEST_DATABASE_URL is not set: a PostgreSQL whose role may create databases');
  const name = `e2e_${process.pid}_${Date.now().toString(36)}`;
  const sqlOn = (database) => (text) => promisify(execFile)('psql', ['--no-psqlrc', '--no-password', '-qv', 'ON_ERROR_STOP=1', '-c', text, database]);
  const sql = sqlOn(server);
  await sql(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => sql(`drop database ${name} with (force)`), run: sqlOn(url.href) };
}
