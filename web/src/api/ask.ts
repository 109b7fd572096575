/** A call by its path, for routes that the generated types do not know yet. */
import { fetchAs, must } from './client';
import { userSession, type AnySession } from './session';

interface Asked<T> {
  data: T;
  etag: string | null;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Options {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  session?: AnySession;
}

export async function ask<T>(method: Method, path: string, options: Options = {}): Promise<Asked<T>> {
  const { body, headers = {}, signal, session = userSession } = options;
  const isForm = body instanceof FormData;
  const request = new Request(new URL(path, window.location.origin), {
    method,
    credentials: 'include',
    headers: { ...(body === undefined || isForm ? {} : { 'Content-Type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  const sent = async () => {
    const response = await fetchAs(session, request);
    const text = await response.text();
    const read: unknown = text === '' ? undefined : JSON.parse(text);
    return response.ok ? { data: { data: (read as { data?: T } | undefined)?.data as T, etag: response.headers.get('ETag') }, response } : { error: read ?? {}, response };
  };
  return must<Asked<T>>(sent());
}
