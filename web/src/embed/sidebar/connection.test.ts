import { afterEach, describe, expect, it, vi } from 'vitest';
import { FrontdeskError, type TokenSource } from '../settings';
import { Line } from './connection';

/** A socket that is there as soon as it is asked for, and takes every event. */
const socket = vi.hoisted(() => {
  const heard = new Map<string, Set<() => void>>();
  return {
    active: false,
    connected: false,
    on: (event: string, listener: () => void) => void heard.set(event, (heard.get(event) ?? new Set()).add(listener)),
    off: (event: string, listener: () => void) => void heard.get(event)?.delete(listener),
    connect() {
      socket.active = socket.connected = true;
      for (const listener of [...(heard.get('connect') ?? [])]) listener();
    },
    disconnect() {
      socket.active = socket.connected = false;
      heard.clear();
    },
    timeout: () => ({ emitWithAck: async () => ({ success: true, event_id: 'evt_1', event_type: 'invoice:sent' }) }),
  };
});
vi.mock('socket.io-client', () => ({ io: () => socket }));

const noToken = new FrontdeskError('NO_TOKEN', 'The token address answered 500.');

function open(get: TokenSource['get']) {
  const states: string[] = [];
  const line = new Line('https://desk.example.com', { renews: true, get, forget: () => undefined }, { heard: () => undefined, changed: (state) => states.push(state) });
  line.open();
  return { line, states };
}

describe('a page whose token address does not answer', () => {
  afterEach(() => socket.disconnect());

  it('is told so at once, whether it waits already or asks later', async () => {
    const { line } = open(() => Promise.reject(noToken));
    await expect(line.stateEvent('invoice:sent', {}, 'key')).rejects.toBe(noToken);
    await expect(line.stateEvent('invoice:sent', {}, 'key')).rejects.toBe(noToken);
    line.close();
  });

  it('gets its next event through as soon as there is a token again', async () => {
    let answers = false;
    const { line, states } = open(() => (answers ? Promise.resolve('token') : Promise.reject(noToken)));
    await expect(line.stateEvent('invoice:sent', {}, 'key')).rejects.toBe(noToken);
    answers = true;
    await expect(line.stateEvent('invoice:sent', {}, 'key')).resolves.toMatchObject({ event_id: 'evt_1' });
    expect(states.at(-1)).toBe('connected');
    line.close();
  });
});
