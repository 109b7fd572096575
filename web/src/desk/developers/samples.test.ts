import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { aimAt, LANGUAGES, writeSample, type SampleParts } from './samples';

const PARTS: SampleParts = {
  baseUrl: 'https://desk.example.com',
  apiKey: 'fdk_test',
  type: 'invoice:sent',
  data: { client_email: "o'brien@example.test", note: 'back\\slash "quoted"', total_amount: 1500.5, paid: false, tags: ['a', 'b'], empty: {}, client: { phone: null } },
};

describe('a sample', () => {
  it.each(LANGUAGES)('in %s names the address, the key and the type', (language) => {
    const text = writeSample(language, PARTS);
    expect(text).toContain('https://desk.example.com/api/events');
    expect(text).toContain('fdk_test');
    expect(text).toContain('invoice:sent');
  });

  it('in curl carries exactly the data through a shell, quotes and all', () => {
    const script = writeSample('curl', PARTS).replace('curl -X POST', 'print_last').replace(/^/, 'print_last() { for last; do :; done; printf %s "$last"; }\n');
    const body = JSON.parse(execFileSync('sh', ['-c', script], { encoding: 'utf8' })) as { event_data: unknown };
    expect(body.event_data).toEqual(PARTS.data);
  });

  it('in JavaScript is code that runs', async () => {
    const sent: unknown[] = [];
    const source = writeSample('javascript', PARTS);
    const AsyncFunction = (async () => undefined).constructor as new (...parts: string[]) => (...values: unknown[]) => Promise<void>;
    const fetched = async (url: string, options: { body: string }) => {
      sent.push([url, (JSON.parse(options.body) as { event_data: unknown }).event_data]);
      return { ok: true, json: async () => ({ data: { event_id: 'evt_1' } }) };
    };
    await new AsyncFunction('fetch', 'console', source)(fetched, { log: () => undefined });
    expect(sent).toEqual([['https://desk.example.com/api/events', PARTS.data]]);
  });
});

describe('a test event', () => {
  it('reaches nobody but who sends it', () => {
    const example = { client_email: 'a@example.com', client: { phone: '+254712345678', email: ['b@example.com'] }, phone: '+1' };
    const aimed = aimAt(example, { email: ['client_email', 'client.email', 'missing.email'], phone: ['client.phone', 'phone'] }, 'me@example.test');
    expect(aimed).toEqual({ client_email: 'me@example.test', client: { email: 'me@example.test' } });
    expect(example.phone).toBe('+1');
  });
});
