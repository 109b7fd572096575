/**
 * Keeps one conversation's transcript equal to the server's: reads pages, joins the room, catches up after every
 * reconnect, closes gaps, and polls while there is no socket. What events do to the transcript is `model/thread.ts`.
 */
import { must, toProblem, type Conversation, type Message, type MessageStatus, type PushedConversation } from '~/api';
import { EMPTY_THREAD, findContiguousSeq, hasGap, messagesOf, reduceThread, type ThreadAction, type ThreadState } from '../model/thread';
import { asRead } from '../model/conversations';
import type { Chat } from './chat';
import { PAGE_MESSAGES } from './keptShown';

const CATCH_UP_MESSAGES = 500;
const POLL_MS = 4_000;
const TYPING_SWEEP_MS = 1_000;
/** The server forgets typing after 3 s, so it is told again a little earlier. */
const TYPING_REPEAT_MS = 2_000;

interface TypingPayload {
  conversationId: string;
  userId: string;
  userName: string;
}
interface StatusPayload {
  conversationId: string;
  upToSeq: number;
  status: MessageStatus;
  by: string;
  at: string;
}

export interface ThreadView extends ThreadState {
  /** Why the first page is not there. */
  error: unknown;
  isLoadingOlder: boolean;
  olderError: unknown;
  /** The "new" mark stands before this message: the first that was unread when the thread was opened. */
  firstUnreadSeq: number | null;
  /** How far the conversation is known to go, also where its messages are not here. */
  lastSeq: number;
  /** What is missing between messages was asked for and did not come. */
  catchUpFailed: boolean;
}

const EMPTY_VIEW: ThreadView = { ...EMPTY_THREAD, error: null, isLoadingOlder: false, olderError: null, firstUnreadSeq: null, lastSeq: 0, catchUpFailed: false };

export class ThreadEngine {
  readonly conversationId: string;
  readonly #chat: Chat;
  readonly #watchers = new Set<() => void>();
  #view: ThreadView = EMPTY_VIEW;
  #openings = 0;
  #release: (() => void)[] = [];
  #readingNewest: Promise<void> | null = null;
  #catchingUp: Promise<void> | null = null;
  #readUpToSeq = 0;
  #typingToldAt = 0;
  /** Whether the newest message is on the screen; the list says so. */
  isAtEnd = true;

  constructor(chat: Chat, conversationId: string) {
    this.#chat = chat;
    this.conversationId = conversationId;
  }

  get isOpen(): boolean {
    return this.#openings > 0;
  }

  readonly getView = (): ThreadView => this.#view;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Starts following the conversation; the returned function stops it. */
  open(): () => void {
    this.#openings += 1;
    if (this.#openings === 1) this.#start();
    let closed = false;
    return () => {
      if (closed) return;
      closed = true;
      this.#openings -= 1;
      if (this.#openings === 0) this.#stop();
    };
  }

  take(action: ThreadAction): void {
    this.#set(reduceThread(this.#view, action) as ThreadView);
    // However the server shows a message of mine, by event, replay or page: it is no longer on its way.
    this.#chat.findOutbox()?.settle(messagesOf(action));
    if (action.type === 'message' && hasGap(this.#view.messages)) void this.#catchUp();
  }

  noteLastSeq(seq: number): void {
    if (seq > this.#view.lastSeq) this.#set({ ...this.#view, lastSeq: seq });
  }

  /** Reads the newest page again: after a reconnect, when polling, and to renew addresses of files. */
  readonly refresh = (): Promise<void> => {
    this.#readingNewest ??= this.#readNewest().finally(() => {
      this.#readingNewest = null;
    });
    return this.#readingNewest;
  };

  readonly loadOlder = async (): Promise<void> => {
    const first = this.#view.messages[0];
    if (!first || !this.#view.hasOlder || this.#view.isLoadingOlder) return;
    this.#set({ ...this.#view, isLoadingOlder: true, olderError: null });
    try {
      const page = await this.#fetchPage({ before_seq: first.seq, limit: PAGE_MESSAGES });
      this.take({ type: 'older_page', messages: page.messages, hasOlder: page.hasMore });
    } catch (error) {
      this.#set({ ...this.#view, olderError: toProblem(error) });
    } finally {
      this.#set({ ...this.#view, isLoadingOlder: false });
    }
  };

  /** Marks everything up to a message as read; resolves to false when there was nothing new to mark. */
  async markRead(upTo: Message): Promise<boolean> {
    if (upTo.seq <= this.#readUpToSeq) return false;
    const before = this.#readUpToSeq;
    this.#readUpToSeq = upTo.seq;
    try {
      if (this.#chat.live.getState() === 'live') {
        await this.#chat.live.request('message_read', { conversationId: this.conversationId, upToSeq: upTo.seq });
      } else {
        await must(this.#chat.api.POST('/api/messages/{id}/read', { params: { path: { id: upTo.id } } }));
      }
      return true;
    } catch (error) {
      // Still unread on the server; the next look at the thread marks it again.
      this.#readUpToSeq = Math.min(this.#readUpToSeq, before);
      console.warn('could not mark as read', toProblem(error).code);
      return false;
    }
  }

  readonly tellTyping = (isTyping: boolean): void => {
    const now = Date.now();
    if (isTyping && now - this.#typingToldAt < TYPING_REPEAT_MS) return;
    if (!isTyping && this.#typingToldAt === 0) return;
    this.#typingToldAt = isTyping ? now : 0;
    this.#chat.live.tell(isTyping ? 'typing_start' : 'typing_stop', { conversationId: this.conversationId });
  };

  readonly edit = async (message: Message, content: string): Promise<void> => {
    const answer = await must(this.#chat.api.PATCH('/api/messages/{id}', { params: { path: { id: message.id } }, body: { content } }));
    this.take({ type: 'message_updated', message: answer.message });
  };

  readonly remove = async (message: Message): Promise<void> => {
    await must(this.#chat.api.DELETE('/api/messages/{id}', { params: { path: { id: message.id } } }));
    this.take({ type: 'message_updated', message: { ...message, content: '', attachments: [], isDeleted: true } });
  };

  readonly setConversation = (conversation: Conversation): void => this.take({ type: 'conversation', conversation });

  #start(): void {
    const { live, rooms } = this.#chat;
    this.#listen();
    // The page comes first, so that the join can say after which message the replay shall start.
    void this.refresh().then(() => {
      if (!this.isOpen) return;
      this.#release.push(
        rooms.hold(this.conversationId, {
          readAfterSeq: () => (this.#view.loaded ? findContiguousSeq(this.#view.messages) : null),
          // The replay brings new messages only; edits and marks of older ones come with the newest page.
          onJoined: () => void this.refresh(),
        }),
      );
    });
    const poll = window.setInterval(() => {
      if (live.getState() !== 'live' && navigator.onLine && document.visibilityState === 'visible') void this.refresh();
    }, POLL_MS);
    const sweep = window.setInterval(() => this.take({ type: 'typing_expired', now: Date.now() }), TYPING_SWEEP_MS);
    this.#release.push(
      () => window.clearInterval(poll),
      () => window.clearInterval(sweep),
    );
  }

  #stop(): void {
    for (const release of this.#release) release();
    this.#release = [];
    this.tellTyping(false);
    this.#set({ ...this.#view, firstUnreadSeq: null, typing: [] });
  }

  #listen(): void {
    const { live } = this.#chat;
    const mine = <Payload extends { conversationId: string }>(event: string, take: (payload: Payload) => void) =>
      this.#release.push(
        live.on(event, (payload) => {
          if ((payload as Payload | null)?.conversationId === this.conversationId) take(payload as Payload);
        }),
      );
    mine<Message>('message_received', (message) => this.take({ type: 'message', message }));
    mine<Message>('message_sent', (message) => this.take({ type: 'message', message }));
    mine<Message>('message_updated', (message) => this.take({ type: 'message_updated', message }));
    mine<StatusPayload>('message_status_update', (mark) => this.take({ type: 'status', ...mark }));
    mine<TypingPayload>('user_typing', (sign) => this.take({ type: 'typing', userId: sign.userId, userName: sign.userName, now: Date.now() }));
    mine<TypingPayload>('user_stopped_typing', (sign) => this.take({ type: 'stopped_typing', userId: sign.userId }));
    mine<{ conversationId: string }>('resync_required', () => void this.#catchUp());
    this.#release.push(
      live.on('conversation_updated', (payload) => {
        const { conversation } = payload as { conversation: PushedConversation };
        const known = this.#view.conversation;
        // Pushes go to many and carry no unread count; ours stays until the next answer.
        if (conversation?.id === this.conversationId && known) this.take({ type: 'conversation', conversation: { ...known, ...conversation } });
      }),
      live.on('presence', (payload) => {
        const { customerId, userId, isOnline } = payload as { customerId?: string; userId?: string; isOnline: boolean };
        this.take({ type: 'presence', personId: customerId ?? userId ?? '', isOnline });
      }),
    );
  }

  async #readNewest(): Promise<void> {
    try {
      const page = await this.#fetchPage({ limit: PAGE_MESSAGES });
      const isFirstLook = !this.#view.loaded || this.#view.error !== null;
      this.take({ type: 'newest_page', messages: page.messages, hasOlder: page.hasMore, conversation: asRead(page.conversation) });
      const firstUnreadSeq = isFirstLook ? this.#findFirstUnread(page.messages, asRead(page.conversation).unreadCount) : this.#view.firstUnreadSeq;
      this.#set({ ...this.#view, error: null, firstUnreadSeq });
      if (hasGap(this.#view.messages)) await this.#catchUp();
    } catch (error) {
      if (!this.#view.loaded) this.#set({ ...this.#view, error: toProblem(error) });
    }
  }

  #findFirstUnread(messages: readonly Message[], unreadCount: number): number | null {
    const viewer = this.#chat.findViewer();
    if (!viewer || unreadCount === 0) return null;
    const theirs = messages.filter((message) => (message.senderType === 'customer') !== (viewer.side === 'customer'));
    return theirs.at(-Math.min(unreadCount, theirs.length))?.seq ?? null;
  }

  /** Reads forward from the last message without a gap until nothing is missing. */
  #catchUp(): Promise<void> {
    this.#catchingUp ??= this.#readForward()
      .then(
        () => this.#tellCatchUp(false),
        (error: unknown) => {
          console.warn('could not catch up', toProblem(error).code);
          this.#tellCatchUp(true);
        },
      )
      .finally(() => {
        this.#catchingUp = null;
      });
    return this.#catchingUp;
  }

  #tellCatchUp(catchUpFailed: boolean): void {
    if (catchUpFailed !== this.#view.catchUpFailed) this.#set({ ...this.#view, catchUpFailed });
  }

  async #readForward(): Promise<void> {
    for (;;) {
      const afterSeq = findContiguousSeq(this.#view.messages);
      const page = await this.#fetchPage({ after_seq: afterSeq, limit: CATCH_UP_MESSAGES });
      this.take({ type: 'caught_up', messages: page.messages });
      const moved = findContiguousSeq(this.#view.messages) > afterSeq;
      if (page.messages.length < CATCH_UP_MESSAGES || !moved) return;
    }
  }

  #fetchPage(query: { after_seq?: number; before_seq?: number; limit: number }) {
    return must(this.#chat.api.GET('/api/messages/conversations/{id}', { params: { path: { id: this.conversationId }, query } }));
  }

  #set(view: ThreadView): void {
    if (view === this.#view) return;
    this.#view = view;
    for (const watcher of [...this.#watchers]) watcher();
  }
}
