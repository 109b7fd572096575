/**
 * Pairs a phone with WhatsApp from any page. The four calls of document C work without a place on the page too; with one
 * (`#whatsapp-sessions`, `[data-whatsapp-sessions]`, or `container`) a panel shows the state and the code.
 */
import { baseOf, FrontdeskError, openTokens, refusalOf, type Settings, type TokenSource } from '../settings';
import { Panel, type View } from './panel';

const REQUEST_MS = 20_000;
/** While somebody stands before the code, and otherwise. */
const WATCH_MS = 3_000;
const IDLE_MS = 15_000;
/** A shown code is old after this time. */
const CODE_MS = 15_000;
const BRISK = new Set(['qr_ready', 'authenticated']);
const PLACE = '#whatsapp-sessions, [data-whatsapp-sessions]';

export interface Status {
  status: string;
  last_updated?: string | null;
}

export interface Options extends Settings {
  container?: string | Element | null;
}

export class WhatsAppSessionsManager extends EventTarget {
  readonly customerId: string;
  readonly #base: string;
  readonly #tokens: TokenSource;
  readonly #place: string | Element | null | undefined;
  #panel: Panel | null = null;
  #view: View = { state: null, qr: null, fault: null, busy: false };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #codeAt = 0;
  #isWatching = false;

  constructor(customerId: string, options: Options = {}) {
    super();
    if (!customerId) throw new FrontdeskError('NO_CUSTOMER', 'Give the id of the business: new WhatsAppSessionsManager("biz_…").');
    const tokens = openTokens(options);
    if (!tokens) throw new FrontdeskError('NOT_CONFIGURED', 'Give the script data-token or data-token-url.');
    this.customerId = customerId;
    this.#base = baseOf(options);
    this.#tokens = tokens;
    this.#place = options.container;
  }

  get status(): string | null {
    return this.#view.state;
  }

  /** Shows the panel, asks for the state and keeps it fresh. */
  async initialize(): Promise<Status> {
    const place = typeof this.#place === 'object' && this.#place ? this.#place : document.querySelector(this.#place ?? PLACE);
    if (place && !this.#panel) {
      this.#panel = new Panel(place, {
        showCode: () => void this.#quietly(() => this.getQRCode()),
        check: () => void this.#quietly(() => this.checkStatus()),
        logout: () => void this.#quietly(() => this.logout()),
      });
    }
    if (!this.#isWatching) {
      this.#isWatching = true;
      document.addEventListener('visibilitychange', this.#wake);
    }
    return this.checkStatus();
  }

  /** Begins a session when there is none; gives the code as a PNG data URL. */
  async getQRCode(): Promise<string> {
    const { qr_code: code } = await this.#ask<{ qr_code?: string | null }>('GET', 'qr');
    this.#codeAt = Date.now();
    if (!code) {
      await this.checkStatus();
      throw new FrontdeskError('NO_QR_CODE', 'There is no code to scan at the moment.');
    }
    this.#change({ state: 'qr_ready', qr: code, fault: null });
    return code;
  }

  async checkStatus(): Promise<Status> {
    const status = await this.#ask<Status>('GET', 'status');
    this.#change({ state: status.status, fault: null, ...(status.status === 'qr_ready' ? {} : { qr: null }) });
    return status;
  }

  async logout(): Promise<{ success: boolean; message?: string }> {
    const answer = await this.#ask<{ success: boolean; message?: string }>('POST', 'logout');
    this.#change({ state: 'logged_out', qr: null, fault: null });
    return answer;
  }

  /** Takes the panel away and asks no more. */
  destroy(): void {
    this.#isWatching = false;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#wake);
    this.#panel?.remove();
    this.#panel = null;
  }

  async #ask<T>(method: 'GET' | 'POST', what: 'qr' | 'status' | 'logout'): Promise<T> {
    this.#change({ busy: true });
    try {
      const first = await this.#request(method, what);
      // The token may have ended meanwhile; another one is asked for once.
      if (first.status === 401) this.#tokens.forget();
      const response = first.status === 401 && this.#tokens.renews ? await this.#request(method, what) : first;
      const body: unknown = await response.json().catch(() => null);
      if (!response.ok) throw refusalOf(body, `The server answered ${response.status}.`);
      return body as T;
    } catch (cause) {
      const fault = cause instanceof FrontdeskError ? cause : new FrontdeskError('NOT_CONNECTED', `The server could not be reached: ${String(cause)}`);
      this.#change({ fault: fault.message });
      throw fault;
    } finally {
      this.#change({ busy: false });
      this.#plan();
    }
  }

  async #request(method: 'GET' | 'POST', what: string): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json', Authorization: `Bearer ${await this.#tokens.get()}` };
    if (method === 'POST') headers['Content-Type'] = 'application/json';
    const address = `${this.#base}/whatsapp/${what}/${encodeURIComponent(this.customerId)}`;
    return fetch(address, { method, headers, cache: 'no-store', signal: AbortSignal.timeout(REQUEST_MS), ...(method === 'POST' ? { body: '{}' } : {}) });
  }

  readonly #wake = (): void => {
    if (document.visibilityState === 'visible') this.#watch();
  };

  #plan(): void {
    clearTimeout(this.#timer);
    if (!this.#isWatching || document.visibilityState === 'hidden') return;
    this.#timer = setTimeout(() => this.#watch(), BRISK.has(this.#view.state ?? '') ? WATCH_MS : IDLE_MS);
  }

  #watch(): void {
    void this.#quietly(async () => {
      const { status } = await this.checkStatus();
      if (status === 'qr_ready' && Date.now() - this.#codeAt > CODE_MS) await this.getQRCode();
    });
  }

  /** A failure of what the panel does shows there. */
  async #quietly(act: () => Promise<unknown>): Promise<void> {
    await act().catch((fault: unknown) => console.warn('Frontdesk:', fault));
  }

  #change(change: Partial<View>): void {
    const before = this.#view;
    this.#view = { ...before, ...change };
    this.#panel?.show(this.#view);
    if (before.state !== this.#view.state) this.#plan();
    if (before.state !== this.#view.state || before.qr !== this.#view.qr) {
      this.dispatchEvent(new CustomEvent('change', { detail: { status: this.#view.state, qrCode: this.#view.qr } }));
    }
  }
}
