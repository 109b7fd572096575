/** An answer with the version it stands for: sent back with a change, it keeps two people from undoing each other. */
import { must } from '~/api';

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

export interface Tagged<T> {
  value: T;
  etag: string | null;
}

export async function mustTagged<T>(call: Promise<Answer<{ data: T }>>): Promise<Tagged<T>> {
  const { data } = await must(call);
  return { value: data, etag: (await call).response.headers.get('ETag') };
}

/** The header of a change; another version is refused with 412. */
export function ifMatch(etag: string | null): Record<string, string> {
  return etag ? { 'If-Match': etag } : {};
}
