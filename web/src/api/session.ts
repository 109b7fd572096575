/**
 * Who is signed in, once for the business side and once for customers; the two never share a token or a cookie.
 *
 * The access token lives in memory only. What survives a reload is the HttpOnly refresh cookie, and in `localStorage`
 * the profile without any credential, so that the shell can draw at once and an offline page knows whose it is.
 * In a frame of another site the browser keeps no cookie of ours: there the refresh token lives as long as the page.
 */
import { parseProblem, Problem, toProblem } from './problem';
import type { CustomerSession, UserSession } from './types';

export type SessionKind = 'user' | 'customer';

export type UserProfile = Pick<UserSession, 'user' | 'team'>;
export type CustomerProfile = Pick<CustomerSession, 'customer' | 'business'>;

interface SessionShape<Profile> {
  kind: SessionKind;
  refreshUrl: string;
  storageKey: string;
  pickProfile: (data: Profile) => Profile;
}

/** The business is closed by the operator: nobody of it gets a new token. */
const CODE_CLOSED = 'BUSINESS_SUSPENDED';
const REFRESH_TIMEOUT_MS = 15_000;
/** A token this close to its end is renewed before it is used, so that a socket handshake does not lose the race. */
const TOKEN_MARGIN_MS = 30_000;

type Pair = { accessToken: string; expiresIn: number; refreshToken?: string };
/** `closed`: the operator has closed the business; what the server says of it is kept for the sign-in. */
export type EndReason = 'signed-out' | 'expired' | 'closed';

export class Session<Profile extends object> {
  readonly kind: SessionKind;
  readonly #shape: SessionShape<Profile>;
  readonly #watchers = new Set<() => void>();
  #profile: Profile | null;
  #accessToken: string | null = null;
  #expiresAt = 0;
  /** In a frame only. */
  #refreshToken: string | null = null;
  #refreshing: Promise<string> | null = null;
  #endReason: EndReason | null = null;
  #endWords: string | null = null;
  /** The own profile, while somebody looks into another business with a token of that alone. */
  #own: Profile | null = null;

  constructor(shape: SessionShape<Profile>) {
    this.kind = shape.kind;
    this.#shape = shape;
    this.#profile = readProfile<Profile>(shape.storageKey);
    if (typeof window !== 'undefined') window.addEventListener('storage', this.#followOtherTab);
  }

  /** The profile of who is signed in, or null; the same object until it changes. */
  readonly getProfile = (): Profile | null => this.#profile;
  readonly getEndReason = (): EndReason | null => this.#endReason;
  /** What the server said when it ended the session, where that is more than that it is over. */
  readonly getEndWords = (): string | null => this.#endWords;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Takes the pair that a sign-in, a registration or a booking answered with. */
  start(data: Profile & Pair): void {
    this.#accessToken = data.accessToken;
    this.#expiresAt = Date.now() + data.expiresIn * 1000;
    this.#refreshToken = window.self === window.top ? null : (data.refreshToken ?? null);
    this.#endReason = null;
    this.#endWords = null;
    this.#keepProfile(this.#shape.pickProfile(data));
  }

  /** Replaces parts of the profile after its owner changed them. */
  updateProfile(change: Partial<Profile>): void {
    if (!this.#profile) return;
    if (this.#own === null) return this.#keepProfile({ ...this.#profile, ...change });
    this.#profile = { ...this.#profile, ...change };
    this.#announce();
  }

  /**
   * Shows another business, read only and for as long as its token lasts. Nothing of it is stored: a reload, which ends it
   * (`look.ts`), another tab and the end of the token lead back to the own session.
   */
  look(data: Profile & Pair): void {
    this.#own ??= this.#profile;
    this.#accessToken = data.accessToken;
    this.#expiresAt = Date.now() + data.expiresIn * 1000;
    this.#profile = this.#shape.pickProfile(data);
    this.#announce();
  }

  readonly isLooking = (): boolean => this.#own !== null;

  /** The token of the look, or null where nobody looks. */
  findLookToken(): string | null {
    return this.#own ? this.#accessToken : null;
  }

  /** When the present token ends. */
  readonly getExpiry = (): number => this.#expiresAt;

  endLook(): void {
    if (!this.#own) return;
    this.#profile = this.#own;
    this.#own = null;
    this.#accessToken = null;
    this.#expiresAt = 0;
    this.#announce();
  }

  /** Forgets everything here; telling the server is the caller's part. */
  end(reason: EndReason, words: string | null = null): void {
    this.#accessToken = null;
    this.#expiresAt = 0;
    this.#refreshToken = null;
    this.#profile = null;
    this.#own = null;
    this.#endReason = reason;
    this.#endWords = words;
    localStorage.removeItem(this.#shape.storageKey);
    this.#announce();
  }

  /** A token good for a request now, renewed first when it is near its end; null when nobody is signed in. */
  async findToken(): Promise<string | null> {
    if (this.#accessToken && Date.now() < this.#expiresAt - TOKEN_MARGIN_MS) return this.#accessToken;
    if (!this.#profile) return null;
    return this.refresh();
  }

  /** Trades the refresh cookie, or what stands for it in a frame, for a new token. Callers that come while one trade runs wait for the same one. */
  refresh(): Promise<string> {
    // A look has no cookie to renew it by. At its end the own session goes on, but what was asked was asked of the other.
    if (this.#own) {
      this.endLook();
      return Promise.reject(new Problem({ code: 'LOOK_ENDED', detail: 'The look into this business has ended.' }));
    }
    this.#refreshing ??= this.#trade().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #trade(): Promise<string> {
    const response = await fetch(this.#shape.refreshUrl, {
      method: 'POST',
      credentials: 'include',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(this.#refreshToken === null ? {} : { refreshToken: this.#refreshToken }),
      signal: AbortSignal.timeout(REFRESH_TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw toProblem(error);
    });
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) {
      const problem = parseProblem(body, response);
      if (problem.code === CODE_CLOSED) this.end('closed', problem.detail);
      else if (response.status === 401 || response.status === 403 || response.status === 422) this.end('expired');
      throw problem;
    }
    const data = (body as { data?: Profile & Pair } | null)?.data;
    if (!data?.accessToken) throw new Problem({ code: 'UNREADABLE_ANSWER', detail: 'The server sent no session.', status: response.status });
    this.start(data);
    return data.accessToken;
  }

  #keepProfile(profile: Profile): void {
    this.#profile = profile;
    localStorage.setItem(this.#shape.storageKey, JSON.stringify(profile));
    this.#announce();
  }

  readonly #followOtherTab = (event: StorageEvent): void => {
    if (event.key !== this.#shape.storageKey) return;
    this.#own = null;
    this.#profile = readProfile<Profile>(this.#shape.storageKey);
    this.#accessToken = null;
    this.#refreshToken = null;
    this.#expiresAt = 0;
    this.#announce();
  };

  #announce(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

function readProfile<Profile>(storageKey: string): Profile | null {
  try {
    const stored = localStorage.getItem(storageKey);
    return stored ? (JSON.parse(stored) as Profile) : null;
  } catch {
    // A profile that cannot be read is worth as little as none: the person signs in again.
    return null;
  }
}

export const userSession = new Session<UserProfile>({
  kind: 'user',
  refreshUrl: '/api/auth/refresh',
  storageKey: 'frontdesk.user',
  pickProfile: ({ user, team }) => ({ user, team }),
});

export const customerSession = new Session<CustomerProfile>({
  kind: 'customer',
  refreshUrl: '/api/customers/auth/refresh',
  storageKey: 'frontdesk.customer',
  pickProfile: ({ customer, business }) => ({ customer, business }),
});

export type AnySession = typeof userSession | typeof customerSession;
