/**
 * Which conversations the socket has joined. Several parts of a page may need the same room (its row in the list and the
 * open thread); it is left when the last one goes, and joined again after every reconnect.
 */
import { toProblem } from '~/api';
import type { LiveConnection } from '~/live';

interface Room {
  holders: number;
  /** Asked at every join: messages after this are replayed. Absent for rooms that only want to hear what happens next. */
  readAfterSeq: (() => number | null) | null;
  onJoined: (() => void) | null;
}

export class Rooms {
  readonly #live: LiveConnection;
  readonly #rooms = new Map<string, Room>();
  #wasLive = false;

  constructor(live: LiveConnection) {
    this.#live = live;
    live.subscribe(() => {
      const isLive = live.getState() === 'live';
      if (isLive && !this.#wasLive) for (const id of this.#rooms.keys()) this.#join(id);
      this.#wasLive = isLive;
    });
    this.#wasLive = live.getState() === 'live';
  }

  hold(conversationId: string, catchUp?: { readAfterSeq: () => number | null; onJoined: () => void }): () => void {
    const room = this.#rooms.get(conversationId) ?? { holders: 0, readAfterSeq: null, onJoined: null };
    const isFirst = room.holders === 0;
    room.holders += 1;
    if (catchUp) {
      room.readAfterSeq = catchUp.readAfterSeq;
      room.onJoined = catchUp.onJoined;
    }
    this.#rooms.set(conversationId, room);
    if (isFirst || catchUp) this.#join(conversationId);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      room.holders -= 1;
      if (catchUp) {
        room.readAfterSeq = null;
        room.onJoined = null;
      }
      if (room.holders > 0) return;
      this.#rooms.delete(conversationId);
      this.#live.tell('leave_conversation', { conversationId });
    };
  }

  #join(conversationId: string): void {
    const room = this.#rooms.get(conversationId);
    if (!room || this.#live.getState() !== 'live') return;
    const afterSeq = room.readAfterSeq?.() ?? null;
    const payload = afterSeq === null ? { conversationId } : { conversationId, afterSeq };
    this.#live.request('join_conversation', payload).then(
      () => room.onJoined?.(),
      // The next reconnect joins again, and until then the thread polls; a refusal shows when the thread is read.
      (error: unknown) => console.warn('could not join a conversation', toProblem(error).code),
    );
  }
}
