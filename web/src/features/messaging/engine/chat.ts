/**
 * Messaging for one kind of session: its client, its connection, its rooms, its outbox and the threads opened so far.
 * There is one for the business side and one for customers, and they share nothing.
 */
import { customerApi, customerSession, must, Problem, userApi, userSession, type Api, type AnySession, type Conversation, type Message, type SessionKind } from '~/api';
import { customerLive, userLive, type LiveConnection } from '~/live';
import { Outbox, type OutboxEntry } from '../model/outbox';
import { keepThread } from './keptShown';
import { ParkedFiles } from './parkedFiles';
import { Rooms } from './rooms';
import { ThreadEngine } from './threadEngine';

/** Threads kept in memory, so that going back to one shows it at once. */
const THREADS_KEPT_MAX = 12;

export interface Viewer {
  id: string;
  name: string;
  side: 'customer' | 'provider';
}

interface SendAnswer {
  message: Message;
}

export class Chat {
  readonly kind: SessionKind;
  readonly api: Api;
  readonly live: LiveConnection;
  readonly session: AnySession;
  readonly rooms: Rooms;
  readonly parkedFiles = new ParkedFiles();
  readonly #threads = new Map<string, ThreadEngine>();
  readonly #sentListeners = new Set<(message: Message, entry: OutboxEntry) => void>();
  readonly #deliveredSeqs = new Map<string, number>();
  /** How far conversations are known to go, also those whose messages are not here. */
  readonly #lastSeqs = new Map<string, number>();
  #outbox: Outbox | null = null;
  #outboxOwner: string | null = null;

  constructor(session: AnySession, api: Api, live: LiveConnection) {
    this.kind = session.kind;
    this.session = session;
    this.api = api;
    this.live = live;
    this.rooms = new Rooms(live);
    live.subscribe(() => {
      if (live.getState() === 'live' || live.getState() === 'polling') this.findOutbox()?.flush();
    });
    if (typeof window !== 'undefined') {
      window.addEventListener('online', () => this.findOutbox()?.flush());
      window.addEventListener('storage', (event) => this.findOutbox()?.follow(event.key));
    }
    session.subscribe(() => {
      if (!session.getProfile()) this.#forget();
    });
  }

  /** Who is looking, or null when nobody is signed in. */
  findViewer(): Viewer | null {
    const profile = this.session.getProfile();
    if (!profile) return null;
    if ('user' in profile) return { id: profile.user.id, name: profile.user.name, side: 'provider' };
    return { id: profile.customer.id, name: profile.customer.name, side: 'customer' };
  }

  /** The outbox of who is signed in; each person's unsent words stay their own on a shared device. */
  findOutbox(): Outbox | null {
    const viewer = this.findViewer();
    if (!viewer) return null;
    if (!this.#outbox || this.#outboxOwner !== viewer.id) {
      this.#outboxOwner = viewer.id;
      this.#outbox = new Outbox({
        storage: localStorage,
        storageKey: `frontdesk.outbox.${this.kind}.${viewer.id}`,
        send: (entry) => this.#send(entry),
        // Only pages of a safe origin have locks.
        ...('locks' in navigator ? { alone: (name, task) => navigator.locks.request(name, task) } : {}),
        onSent: (message, entry) => {
          this.#threads.get(message.conversationId)?.take({ type: 'message', message });
          for (const listener of [...this.#sentListeners]) listener(message, entry);
        },
      });
      this.#outbox.flush();
    }
    return this.#outbox;
  }

  /** Tells when the server acknowledged one of our messages, wherever it was written. */
  onSent(listener: (message: Message, entry: OutboxEntry) => void): () => void {
    this.#sentListeners.add(listener);
    return () => this.#sentListeners.delete(listener);
  }

  /** Tells the other side how far messages have reached this device; each reach is told once. */
  tellDelivered(conversationId: string, upToSeq: number): void {
    if (upToSeq <= (this.#deliveredSeqs.get(conversationId) ?? 0) || this.live.getState() !== 'live') return;
    this.#deliveredSeqs.set(conversationId, upToSeq);
    this.live.tell('message_delivered', { conversationId, upToSeq });
  }

  /** Lists know how far their conversations go; a thread that ends before that says so. */
  noteLastSeqs(rows: readonly Pick<Conversation, 'id' | 'lastSeq'>[]): void {
    for (const { id, lastSeq } of rows) {
      if (lastSeq <= (this.#lastSeqs.get(id) ?? 0)) continue;
      this.#lastSeqs.set(id, lastSeq);
      this.#threads.get(id)?.noteLastSeq(lastSeq);
    }
  }

  /** True while somebody looks at the end of a conversation, so that what arrives there counts as read at once. */
  isReading(conversationId: string): boolean {
    const thread = this.#threads.get(conversationId);
    return thread?.isOpen === true && thread.isAtEnd && document.visibilityState === 'visible' && document.hasFocus();
  }

  openThread(conversationId: string): ThreadEngine {
    const known = this.#threads.get(conversationId);
    const thread = known ?? new ThreadEngine(this, conversationId);
    if (!known) {
      keepThread(this.session, thread);
      thread.noteLastSeq(this.#lastSeqs.get(conversationId) ?? 0);
    }
    this.#threads.delete(conversationId);
    this.#threads.set(conversationId, thread);
    for (const [id, kept] of this.#threads) {
      if (this.#threads.size <= THREADS_KEPT_MAX) break;
      if (!kept.isOpen) this.#threads.delete(id);
    }
    return thread;
  }

  /** By socket when there is one; by REST when there is none or it gives no answer. The key makes both the same message. */
  async #send(entry: OutboxEntry): Promise<Message> {
    const body = {
      ...(entry.conversationId ? { conversationId: entry.conversationId } : { appointmentId: entry.appointmentId ?? '' }),
      content: entry.content,
      clientMessageId: entry.clientMessageId,
      ...(entry.attachments.length > 0 ? { attachments: entry.attachments.map((file) => file.id) } : {}),
      ...(entry.replyTo ? { replyTo: entry.replyTo } : {}),
    };
    if (this.live.getState() === 'live') {
      try {
        return (await this.live.request<SendAnswer>('send_message', body)).message;
      } catch (error) {
        if (!(error instanceof Problem) || !error.isUnreachable) throw error;
      }
    }
    return (await must(this.api.POST('/api/messages/send', { body }))).message;
  }

  #forget(): void {
    this.#threads.clear();
    this.#deliveredSeqs.clear();
    this.#lastSeqs.clear();
    this.parkedFiles.clear();
    this.#outbox = null;
    this.#outboxOwner = null;
  }
}

export const userChat = new Chat(userSession, userApi, userLive);
export const customerChat = new Chat(customerSession, customerApi, customerLive);
