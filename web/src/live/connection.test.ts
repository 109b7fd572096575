import { Emitter } from '@socket.io/component-emitter';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnySession } from '~/api';
import { LIVE_WAIT_MS, LiveConnection } from './connection';

/** As much of the official client as the connection touches; the journeys run the real one. */
type Events = Record<string, (...given: unknown[]) => void>;

class FakeEngine extends Emitter<Events, Events> {
  readyState = 'opening';
}

class FakeSocket extends Emitter<Events, Events> {
  readonly io = Object.assign(new Emitter<Events, Events>(), { engine: new FakeEngine(), opts: { transports: ['websocket', 'polling'] as readonly string[] } });
  active = false;
  connected = false;
  dialled: (readonly string[])[] = [];

  connect(): this {
    this.active = true;
    this.io.engine = new FakeEngine();
    this.dialled.push(this.io.opts.transports);
    return this;
  }
  disconnect(): this {
    this.active = false;
    this.connected = false;
    return this;
  }
  override removeAllListeners(): this {
    return this.off();
  }
  accept(): void {
    this.connected = true;
    this.io.engine.readyState = 'open';
    this.io.engine.emit('open');
    this.emit('connect');
  }
}

const made: FakeSocket[] = [];
vi.mock('socket.io-client', () => ({
  io: () => {
    const socket = new FakeSocket();
    made.push(socket);
    return socket;
  },
}));

const session = { kind: 'user', subscribe: () => () => undefined, getProfile: () => ({}), findToken: async () => 'token', refresh: async () => 'token' } as unknown as AnySession;

async function dial(): Promise<{ live: LiveConnection; socket: FakeSocket }> {
  const live = new LiveConnection(session);
  live.hold();
  await vi.waitFor(() => expect(made).toHaveLength(1));
  return { live, socket: made[0]! };
}

beforeEach(() => {
  made.length = 0;
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(() => vi.useRealTimers());

describe('a live connection', () => {
  it('that does not come is read around within seconds, and is live when it comes after all', async () => {
    const { live, socket } = await dial();
    expect(live.getState()).toBe('connecting');
    await vi.advanceTimersByTimeAsync(LIVE_WAIT_MS);
    expect(live.getState()).toBe('polling');
    socket.accept();
    expect(live.getState()).toBe('live');
    await vi.advanceTimersByTimeAsync(LIVE_WAIT_MS);
    expect(live.getState()).toBe('live');
  });

  it('is tried by the other transport at once when a socket is taken and closed', async () => {
    const { live, socket } = await dial();
    socket.io.engine.emit('close', 'transport close');
    expect(live.getState()).toBe('reconnecting');
    await vi.advanceTimersByTimeAsync(LIVE_WAIT_MS);
    expect(socket.dialled).toEqual([['websocket', 'polling'], ['polling', 'websocket']]);
    socket.accept();
    expect(live.getState()).toBe('live');
  });

  it('leaves to the library what the library sees itself', async () => {
    const { socket } = await dial();
    socket.io.engine.emit('close', 'forced close');
    await vi.advanceTimersByTimeAsync(LIVE_WAIT_MS);
    expect(socket.dialled).toHaveLength(1);
  });

  it('that breaks off as soon as it is there counts as none', async () => {
    const { live, socket } = await dial();
    socket.accept();
    socket.connected = false;
    socket.emit('disconnect', 'transport close');
    expect(live.getState()).toBe('reconnecting');
    expect(socket.io.opts.transports).toEqual(['polling', 'websocket']);
  });

  it('stays read around while attempts go on failing', async () => {
    const { live, socket } = await dial();
    await vi.advanceTimersByTimeAsync(LIVE_WAIT_MS);
    socket.emit('connect_error', new Error('xhr poll error'));
    expect(live.getState()).toBe('polling');
  });
});
