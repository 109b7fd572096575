/**
 * One Socket.IO connection per kind of session, and what is known about its health.
 *
 * The library is fetched when the first screen asks for a connection, so that a storefront visitor does not pay for it.
 * When sockets cannot get through (a proxy in between, say) but REST can, the state is `polling`: features then read by
 * `after_seq` on a timer, and the socket goes on trying, by its other transport first. Tokens are asked for anew at every
 * handshake, because a connection outlives its first token.
 */
import type { Socket } from 'socket.io-client';
import { customerSession, parseProblem, Problem, toProblem, userSession, type AnySession } from '~/api';

export type LiveState = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'polling' | 'offline';

export const ACK_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 8_000;
const RECONNECT_DELAY_MS = 500;
const RECONNECT_DELAY_MS_MAX = 10_000;
/** Nobody waits longer than this for a socket: from here on the features read by REST, and the page says so. */
export const LIVE_WAIT_MS = 3_000;
/** A connection that ends sooner than this was none: something in between takes sockets and hangs up. */
const STABLE_MS = 5_000;

/** A proxy that breaks one of them usually lets the other through, so each failure turns the order around. */
const TRANSPORT_ORDERS = [
  ['websocket', 'polling'],
  ['polling', 'websocket'],
] as const;

export type LiveListener = (payload: unknown) => void;

export class LiveConnection {
  readonly #session: AnySession;
  readonly #watchers = new Set<() => void>();
  readonly #listeners = new Map<string, Set<LiveListener>>();
  #socket: Socket | null = null;
  #opening: Promise<void> | null = null;
  #state: LiveState = 'idle';
  /** Attempts in a row that came to nothing. */
  #failures = 0;
  #connectedAt = 0;
  /** Runs while a socket is waited for. */
  #patience: number | null = null;
  /** How many screens need the connection; the last one to leave closes it. */
  #holders = 0;

  constructor(session: AnySession) {
    this.#session = session;
    if (typeof window === 'undefined') return;
    window.addEventListener('online', this.#wake);
    window.addEventListener('offline', () => this.#setState('offline'));
    session.subscribe(() => {
      if (!session.getProfile()) this.#close();
    });
  }

  readonly getState = (): LiveState => this.#state;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Keeps the connection open until the returned function is called. */
  hold(): () => void {
    this.#holders += 1;
    this.#open();
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#holders -= 1;
      if (this.#holders === 0) this.#close();
    };
  }

  /** Listens to a server event for as long as the caller wants, across reconnects. */
  on(event: string, listener: LiveListener): () => void {
    const known = this.#listeners.get(event) ?? new Set();
    if (known.size === 0) this.#socket?.on(event, this.#deliver(event));
    known.add(listener);
    this.#listeners.set(event, known);
    return () => {
      known.delete(listener);
      if (known.size === 0) this.#socket?.off(event);
    };
  }

  /** Sends an event and waits for its ack; a refusal and a silence are both thrown as a `Problem`. */
  async request<Answer>(event: string, payload: unknown): Promise<Answer> {
    const socket = this.#socket;
    if (!socket?.connected) throw new Problem({ code: 'NOT_CONNECTED', detail: 'There is no live connection at the moment.' });
    const answer: unknown = await socket.timeout(ACK_TIMEOUT_MS).emitWithAck(event, payload).catch((error: unknown) => {
      throw new Problem({ code: 'NO_ANSWER', detail: 'The server did not answer in time.', cause: error });
    });
    if ((answer as { success?: boolean } | null)?.success !== true) throw parseProblem(answer);
    return answer as Answer;
  }

  /** Sends an event that may be lost (typing, delivered marks); nothing happens without a connection. */
  tell(event: string, payload: unknown): void {
    if (this.#socket?.connected) this.#socket.emit(event, payload);
  }

  /** Tries again at once, for the button beside "reconnecting". */
  readonly retry = (): void => this.#wake();

  readonly #wake = (): void => {
    if (this.#holders === 0) return;
    this.#failures = 0;
    if (this.#socket?.connected) {
      this.#setState('live');
      return;
    }
    this.#setState('reconnecting');
    if (this.#socket) this.#dial(this.#socket.disconnect());
    else this.#open();
  };

  #open(): void {
    if (this.#socket || this.#opening) return;
    this.#setState('connecting');
    this.#opening = this.#connect()
      .catch((error: unknown) => {
        // The chunk itself could not be fetched: the page is offline, and `online` brings us back here.
        console.warn('live connection could not start', toProblem(error).detail);
        this.#setState(navigator.onLine ? 'polling' : 'offline');
      })
      .finally(() => {
        this.#opening = null;
      });
  }

  async #connect(): Promise<void> {
    const { io } = await import('socket.io-client');
    if (this.#holders === 0) return;
    const socket = io({
      path: '/socket.io',
      transports: [...TRANSPORT_ORDERS[0]],
      tryAllTransports: true,
      autoConnect: false,
      timeout: CONNECT_TIMEOUT_MS,
      reconnectionDelay: RECONNECT_DELAY_MS,
      reconnectionDelayMax: RECONNECT_DELAY_MS_MAX,
      auth: (give) => {
        this.#session
          .findToken()
          .then((token) => give({ token: token ?? '', dialect: 'pair' }))
          .catch(() => give({ token: '', dialect: 'pair' }));
      },
    });
    socket.on('connect', () => {
      this.#connectedAt = Date.now();
      this.#setState('live');
    });
    // The library makes the engine of its next attempt after this event, in the same turn.
    socket.io.on('reconnect_attempt', () => queueMicrotask(() => this.#watchOpening(socket)));
    socket.on('disconnect', (reason) => this.#afterDisconnect(socket, reason));
    socket.on('connect_error', (error) => this.#afterRefusal(socket, error));
    for (const [event, listeners] of this.#listeners) if (listeners.size > 0) socket.on(event, this.#deliver(event));
    this.#socket = socket;
    this.#dial(socket);
  }

  #dial(socket: Socket): void {
    socket.connect();
    this.#watchOpening(socket);
  }

  /** The library waits out its timeout when a socket is taken and then closed; here that is a failure at once. */
  #watchOpening(socket: Socket): void {
    const { engine } = socket.io;
    if (socket !== this.#socket || engine?.readyState !== 'opening') return;
    const hungUp = (reason: string) => {
      // Any other end is one that the library sees itself.
      if (reason !== 'transport close' || socket !== this.#socket || engine !== socket.io.engine || this.#holders === 0) return;
      socket.disconnect();
      this.#countFailure(socket);
      this.#comeBack(socket);
    };
    engine.once('close', hungUp);
    engine.once('open', () => engine.off('close', hungUp));
  }

  #countFailure(socket: Socket): void {
    this.#failures += 1;
    socket.io.opts.transports = [...TRANSPORT_ORDERS[this.#failures % TRANSPORT_ORDERS.length]!];
    if (!navigator.onLine) this.#setState('offline');
    else if (this.#state !== 'polling') this.#setState('reconnecting');
  }

  #deliver(event: string): (payload: unknown) => void {
    return (payload) => {
      for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(payload);
    };
  }

  #afterDisconnect(socket: Socket, reason: string): void {
    if (socket !== this.#socket || this.#holders === 0) return;
    if (Date.now() - this.#connectedAt < STABLE_MS) {
      this.#countFailure(socket);
    } else {
      this.#failures = 0;
      this.#setState(navigator.onLine ? 'reconnecting' : 'offline');
    }
    // The library does not come back by itself when the server closed the socket (slow reader, ended session).
    if (reason === 'io server disconnect') this.#comeBack(socket, { renews: true });
  }

  #afterRefusal(socket: Socket, error: Error): void {
    if (socket !== this.#socket) return;
    this.#countFailure(socket);
    // A refusal by the server (not by the network) also ends the library's own attempts.
    if (error.message.startsWith('Authentication error')) this.#comeBack(socket, { renews: true });
  }

  /** Renews the token first where it may be to blame: if the session is over the page signs out, else the socket is dialled. */
  #comeBack(socket: Socket, { renews = false } = {}): void {
    const wait_ms = Math.min(RECONNECT_DELAY_MS * 2 ** this.#failures, RECONNECT_DELAY_MS_MAX);
    window.setTimeout(() => {
      if (socket !== this.#socket || this.#holders === 0 || socket.active) return;
      if (!renews) {
        this.#dial(socket);
        return;
      }
      this.#session.refresh().then(
        () => this.#dial(socket),
        (error: unknown) => {
          if (toProblem(error).isUnreachable) this.#dial(socket);
        },
      );
    }, wait_ms);
  }

  #close(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.removeAllListeners();
    socket?.disconnect();
    this.#setState('idle');
  }

  #setState(state: LiveState): void {
    if (state === 'offline' && this.#holders === 0) return;
    if (state === this.#state) return;
    this.#state = state;
    this.#keepPatience();
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Starts when a socket begins to be waited for, ends when it is there or nobody wants it; a new attempt adds nothing. */
  #keepPatience(): void {
    const isWaiting = this.#state === 'connecting' || this.#state === 'reconnecting';
    if (isWaiting === (this.#patience !== null)) return;
    if (this.#patience !== null) {
      window.clearTimeout(this.#patience);
      this.#patience = null;
      return;
    }
    this.#patience = window.setTimeout(() => {
      this.#patience = null;
      this.#setState(navigator.onLine ? 'polling' : 'offline');
    }, LIVE_WAIT_MS);
  }
}

export const userLive = new LiveConnection(userSession);
export const customerLive = new LiveConnection(customerSession);
