/** The signature of a call, out of the headers as they were sent. */

export interface Signature {
  id: string;
  timestamp: string;
  /** The headers that prove the call, as they stood there. */
  headers: [name: string, value: string][];
}

const NAMES: readonly string[] = ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-webhook-timestamp', 'x-webhook-signature', 'x-webhook-signature-previous'];

/** Null where the call was not signed, or its headers were not kept. */
export function readSignature(request: string | null): Signature | null {
  const headers = (request ?? '').split(/\r?\n/).flatMap((line): [string, string][] => {
    const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    return name && value && NAMES.includes(name.toLowerCase()) ? [[name.toLowerCase(), value]] : [];
  });
  const find = (name: string) => headers.find(([known]) => known === name)?.[1];
  const id = find('webhook-id');
  const timestamp = find('webhook-timestamp');
  return id && timestamp && find('webhook-signature') ? { id, timestamp, headers } : null;
}

/** How a receiver comes to the same signature, with this call's own id and time in it. */
export function sampleOf({ id, timestamp }: Pick<Signature, 'id' | 'timestamp'>): string {
  return [
    `import { createHmac } from 'node:crypto';`,
    ``,
    `// SECRET is whsec_…; body is the text as it came, before it is parsed.`,
    `const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');`,
    'const signed = `' + `${id}.${timestamp}.` + '${body}`;',
    `const expected = 'v1,' + createHmac('sha256', key).update(signed).digest('base64');`,
    `// One of the signatures in webhook-signature, parted by blanks, must be this one.`,
  ].join('\n');
}
