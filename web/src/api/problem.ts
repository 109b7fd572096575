/**
 * What went wrong, as the server says it (RFC 9457), or as the browser found out before any answer came.
 *
 * Screens show `detail` to people and `code` with `requestId` to those who help them.
 */

export interface FieldError {
  field: string;
  code: string;
  message: string;
}

/** Codes of failures that never reached the server, beside the server's own in `docs/errors.md`. */
export const CODE_OFFLINE = 'OFFLINE';
export const CODE_NO_ANSWER = 'NO_ANSWER';
export const CODE_UNREADABLE = 'UNREADABLE_ANSWER';

interface ProblemParts {
  code: string;
  detail: string;
  status?: number;
  errors?: FieldError[];
  requestId?: string | null;
  retryAfterSeconds?: number | null;
  body?: Record<string, unknown>;
  cause?: unknown;
}

export class Problem extends Error {
  readonly code: string;
  readonly detail: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly errors: FieldError[];
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;
  /** The whole answer, for the few problems that carry more (`alternatives` of `SLOT_TAKEN`). */
  readonly body: Record<string, unknown>;

  constructor(parts: ProblemParts) {
    super(parts.detail, { cause: parts.cause });
    this.name = 'Problem';
    this.code = parts.code;
    this.detail = parts.detail;
    this.status = parts.status ?? 0;
    this.errors = parts.errors ?? [];
    this.requestId = parts.requestId ?? null;
    this.retryAfterSeconds = parts.retryAfterSeconds ?? null;
    this.body = parts.body ?? {};
  }

  /** True when nothing was answered, so that the same request may be tried again as it is. */
  get isUnreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }

  /** The message for one field of a form, if the server named it. */
  fieldMessage(field: string): string | undefined {
    return this.errors.find((error) => error.field === field)?.message;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Field messages come as the end of a sentence ("is not a phone number"); beside their field they stand alone. */
function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function parseFieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((entry) => ({
    field: String(entry['field'] ?? ''),
    code: String(entry['code'] ?? ''),
    message: sentence(String(entry['message'] ?? '')),
  }));
}

/** Reads a problem out of any error body: the contract's own, or whatever a proxy in between made up. */
export function parseProblem(body: unknown, response?: Response): Problem {
  const record = isRecord(body) ? body : {};
  const detail = record['detail'] ?? record['error'] ?? record['message'] ?? record['title'];
  const retryAfter = Number(response?.headers.get('Retry-After'));
  const status = response?.status ?? (typeof record['status'] === 'number' ? record['status'] : 0);
  return new Problem({
    code: typeof record['code'] === 'string' ? record['code'] : CODE_UNREADABLE,
    detail: typeof detail === 'string' && detail !== '' ? detail : `The server answered ${status} without saying why.`,
    status,
    errors: parseFieldErrors(record['errors']),
    requestId: typeof record['requestId'] === 'string' ? record['requestId'] : (response?.headers.get('X-Request-Id') ?? null),
    retryAfterSeconds: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
    body: record,
  });
}

/** Whatever was thrown, as a problem that a screen can show. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (typeof navigator !== 'undefined' && navigator.onLine === false) {
    return new Problem({ code: CODE_OFFLINE, detail: 'You are offline. This will work again when the connection is back.', cause: error });
  }
  const words = error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')
    ? 'We could not reach the server. Check your connection and try again.'
    : error instanceof Error ? error.message : String(error);
  return new Problem({ code: CODE_NO_ANSWER, detail: words, cause: error });
}
