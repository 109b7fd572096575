/** Waiting on sockets of the official client, always by event and always with a bound. */
import { within } from './within.js';

const EVENT_MS = 15_000;

/** The next event of that name whose payload fits. */
export function next(socket, event, fits = () => true) {
  let listener;
  const arrived = new Promise((resolve) => {
    listener = (payload) => {
      if (fits(payload)) resolve(payload);
    };
    socket.on(event, listener);
  });
  return within(EVENT_MS, `the event ${event}`, arrived).finally(() => socket.off(event, listener));
}

export function connected(socket) {
  if (socket.connected) return Promise.resolve();
  const refused = new Promise((_, reject) => socket.once('connect_error', reject));
  const opened = new Promise((resolve) => socket.once('connect', resolve));
  return within(EVENT_MS, 'the socket to connect', Promise.race([opened, refused]));
}

/** Emits and gives the ack, which every event of this house answers. */
export function ask(socket, event, ...payload) {
  return socket.timeout(EVENT_MS).emitWithAck(event, ...payload);
}

/** Keeps all payloads of an event from now on. */
export function collect(socket, event) {
  const kept = [];
  socket.on(event, (payload) => kept.push(payload));
  return kept;
}
