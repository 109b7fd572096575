/**
 * The sidebar's socket. The library comes back by itself from a cut line; what it does not come back from is a refused
 * token: then another one is fetched, and the waits between two tries grow. A stated event carries a key of its own, so that
 * one whose answer was lost can be sent again without happening twice.
 */
import { io, type Socket } from 'socket.io-client';
import { FrontdeskError, refusalOf, type TokenSource } from '../settings';
import { HEARD, type Heard } from './model';
import type { Connection } from './words';

/** How long an event waits for a connection, and then for its answer. */
const ANSWER_MS = 20_000;
/** Events that may wait at once. */
const WAITING_MAX = 100;
/** How often an event is sent whose answer did not come. */
const SENDS_MAX = 3;
const RETRY_MS = 2_000;
const RETRY_MS_MAX = 60_000;
const REJOIN_MS_MAX = 30_000;

export interface Acknowledged {
  success: true;
  event_id: string;
  event_type: string;
}

export interface Listener {
  heard(event: Heard, body: unknown): void;
  changed(state: Connection, fault: Error | null): void;
}

export class Line {
  readonly #tokens: TokenSource;
  readonly #listener: Listener;
  readonly #socket: Socket;
  #state: Connection = 'idle';
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #waiting = 0;
  /** Why no token could be had at the last try. */
  #noToken: Error | null = null;
  readonly #waiters = new Set<(fault: Error) => void>();

  constructor(base: string, tokens: TokenSource, listener: Listener) {
    this.#tokens = tokens;
    this.#listener = listener;
    this.#socket = io(base, {
      autoConnect: false,
      forceNew: true,
      reconnectionDelayMax: REJOIN_MS_MAX,
      auth: (give) => void tokens.get().then((token) => give({ token }), () => give({})),
    });
    this.#socket.on('connect', () => {
      this.#failures = 0;
      this.#become('connected', null);
    });
    this.#socket.on('connect_error', (error) => this.#failed(error));
    this.#socket.on('disconnect', (reason) => (reason === 'io client disconnect' ? this.#become('idle', null) : this.#lost()));
    for (const event of HEARD) this.#socket.on(event, (body: unknown) => listener.heard(event, body));
  }

  get state(): Connection {
    return this.#state;
  }

  open(): void {
    if (this.#socket.active) return;
    clearTimeout(this.#retry);
    this.#become('connecting', null);
    // A token that cannot be had is a fault to tell, not one to bring before the server.
    this.#tokens.get().then(
      () => {
        this.#noToken = null;
        this.#socket.connect();
      },
      (fault: Error) => {
        this.#noToken = fault;
        for (const refuse of [...this.#waiters]) refuse(fault);
        this.#failed(fault);
      },
    );
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#socket.disconnect();
    this.#become('idle', null);
  }

  async stateEvent(type: string, data: object, key: string): Promise<Acknowledged> {
    if (this.#waiting >= WAITING_MAX) throw new FrontdeskError('TOO_MANY_WAITING', 'Too many events wait for an answer.');
    this.#waiting += 1;
    try {
      return await this.#send({ event_type: type, event_data: data, idempotency_key: key });
    } finally {
      this.#waiting -= 1;
    }
  }

  async #send(event: object): Promise<Acknowledged> {
    for (let sends = 1; ; sends += 1) {
      await this.#connected();
      const answer: unknown = await this.#socket.timeout(ANSWER_MS).emitWithAck('internal:event', event).catch(() => null);
      if ((answer as { success?: unknown } | null)?.success === true) return answer as Acknowledged;
      if (answer !== null) throw refusalOf(answer, 'The event was refused.');
      if (sends === SENDS_MAX) throw new FrontdeskError('NO_ANSWER', 'The event was sent, but no answer came; it may have been accepted.');
    }
  }

  async #connected(): Promise<void> {
    if (this.#socket.connected) return;
    // Whoever states an event need not wait for the next try: either there is a token by now, or they are told why not.
    if (this.#noToken) {
      await this.#tokens.get();
      this.open();
    }
    return this.#arrival();
  }

  #arrival(): Promise<void> {
    if (this.#socket.connected) return Promise.resolve();
    if (this.#state === 'refused') return Promise.reject(new FrontdeskError('UNAUTHORIZED', 'The token was refused.'));
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(patience);
        this.#socket.off('connect', arrived);
        this.#waiters.delete(refuse);
        settle();
      };
      const arrived = (): void => end(resolve);
      const refuse = (fault: Error): void => end(() => reject(fault));
      const patience = setTimeout(() => end(() => reject(new FrontdeskError('NOT_CONNECTED', 'There is no connection; nothing was sent.'))), ANSWER_MS);
      this.#socket.on('connect', arrived);
      this.#waiters.add(refuse);
    });
  }

  /** The line is gone. The library comes back by itself unless the server hung up. */
  #lost(): void {
    this.#become('connecting', null);
    if (!this.#socket.active) this.#again(null);
  }

  #failed(fault: Error): void {
    if (this.#socket.active) return this.#become('connecting', fault);
    this.#tokens.forget();
    if (this.#tokens.renews) return this.#again(fault);
    this.#become('refused', fault);
  }

  #again(fault: Error | null): void {
    this.#become('connecting', fault);
    this.#failures += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.open(), Math.min(RETRY_MS * 2 ** (this.#failures - 1), RETRY_MS_MAX));
  }

  #become(state: Connection, fault: Error | null): void {
    this.#state = state;
    this.#listener.changed(state, fault);
  }
}
