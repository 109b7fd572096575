/**
 * What a foreign page says on the tag of one of our scripts: `data-url` (where Frontdesk is; else where the script came
 * from) and how to get a connection token, `data-token` or `data-token-url`. A page never holds an API key: whoever writes
 * one here is told so, and it goes nowhere.
 */
const FETCH_MS = 15_000;
/** A token that ends this soon is not handed out any more. */
const SPARE_MS = 60_000;
/** As long as the server makes them. */
const LIFETIME_SECONDS = 3600;
const KEY_PREFIX = 'fdk_';

export interface Settings {
  token?: string | undefined;
  tokenUrl?: string | undefined;
  url?: string | undefined;
}

export interface TokenSource {
  /** Whether another one can be had when this one is refused. */
  readonly renews: boolean;
  get(): Promise<string>;
  forget(): void;
}

/** Something went wrong that the page's author can act on: `code` is stable. */
export class FrontdeskError extends Error {
  readonly code: string;
  readonly errors: readonly FieldFault[];

  constructor(code: string, message: string, errors: readonly FieldFault[] = []) {
    super(message);
    this.name = 'FrontdeskError';
    this.code = code;
    this.errors = errors;
  }
}

export interface FieldFault {
  field: string;
  code: string;
  message: string;
}

/** The refusal that a body of the server's is, or a general one. */
export function refusalOf(body: unknown, fallback: string): FrontdeskError {
  const { code, detail, error, errors } = (body ?? {}) as Record<string, unknown>;
  const words = typeof detail === 'string' ? detail : typeof error === 'string' ? error : fallback;
  return new FrontdeskError(typeof code === 'string' ? code : 'UNEXPECTED_ANSWER', words, Array.isArray(errors) ? (errors as FieldFault[]) : []);
}

/** The tag of the script that runs now; a page that moves scripts about is searched by the file's name. */
export function findScript(file: string): HTMLScriptElement | null {
  const current = document.currentScript;
  if (current instanceof HTMLScriptElement && current.src.includes(file)) return current;
  return document.querySelector<HTMLScriptElement>(`script[src*="${file}"]`);
}

export function readSettings(script: HTMLScriptElement | null): Settings {
  const { token, tokenUrl, url } = script?.dataset ?? {};
  return { token, tokenUrl, url: url ?? (script?.src ? new URL(script.src).origin : undefined) };
}

/** Where Frontdesk is, without a path. */
export function baseOf(settings: Settings): string {
  return new URL(settings.url ?? '/', document.baseURI).origin;
}

export function openTokens(settings: Settings): TokenSource | null {
  const { token, tokenUrl } = settings;
  if (tokenUrl) return new FetchedTokens(new URL(tokenUrl, document.baseURI).href);
  if (!token) return null;
  return { renews: false, get: async () => checkToken(token), forget: () => undefined };
}

function checkToken(token: unknown): string {
  if (typeof token !== 'string' || token === '') throw new FrontdeskError('NO_TOKEN', 'The token address did not answer with {"token": "…"}.');
  if (token.startsWith(KEY_PREFIX)) {
    throw new FrontdeskError('API_KEY_IN_PAGE', 'This is an API key, and everybody who opens the page can read it. Revoke it, and let your server exchange one at POST /auth/token.');
  }
  return token;
}

class FetchedTokens implements TokenSource {
  readonly renews = true;
  readonly #url: string;
  #kept: { token: Promise<string>; until: number } | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  get(): Promise<string> {
    if (this.#kept && Date.now() < this.#kept.until) return this.#kept.token;
    const kept = { token: this.#fetch(), until: Date.now() + LIFETIME_SECONDS * 1000 - SPARE_MS };
    this.#kept = kept;
    kept.token.catch(() => {
      if (this.#kept === kept) this.#kept = null;
    });
    return kept.token;
  }

  forget(): void {
    this.#kept = null;
  }

  async #fetch(): Promise<string> {
    const options = { credentials: 'same-origin', cache: 'no-store', headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(FETCH_MS) } as const;
    const response = await fetch(this.#url, options).catch((cause: unknown) => {
      throw new FrontdeskError('NO_TOKEN', `The token address could not be reached: ${String(cause)}`);
    });
    if (!response.ok) throw new FrontdeskError('NO_TOKEN', `The token address answered ${response.status}.`);
    const body = (await response.json().catch(() => null)) as { token?: unknown; expires_in?: unknown } | null;
    const token = checkToken(body?.token);
    if (this.#kept && typeof body?.expires_in === 'number') this.#kept.until = Date.now() + body.expires_in * 1000 - SPARE_MS;
    return token;
  }
}
