import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { aimAt, LANGUAGES, writeSample, writeTokenServer, type SampleParts } from './samples';

const PARTS: SampleParts = {
  baseUrl: 'https://desk.example.com',
  apiKey: 'fdk_test',
  type: 'invoice:sent',
  data: { client_email: "o'brien@example.test", note: 'back\\slash "quoted"', total_amount: 1500.5, paid: false, tags: ['a', 'b'], empty: {}, client: { phone: null } },
};

describe('the page that gives out tokens', () => {
  it('answers with the status that it was given, and with 502 when nobody answers', () => {
    const php = writeTokenServer({ baseUrl: 'https://desk.example.com', apiKey: 'fdk_test', businessId: 'biz_1' });
    expect(php).toContain('http_response_code($answer === false ? 502 : curl_getinfo($request, CURLINFO_RESPONSE_CODE));');
    expect(php.indexOf('http_response_code($answer')).toBeLessThan(php.indexOf('echo $answer'));
    expect(php).not.toContain('echo curl_exec');
  });
});

describe('a sample', () => {
  it.each(LANGUAGES)('in %s names the address, the key and the type', (language) => {
    const text = writeSample(language, PARTS);
    expect(text).toContain('https://desk.example.com/api/events');
    expect(text).toContain('fdk_test');
    expect(text).toContain('invoice:sent');
  });

  it('in curl carries exactly the data through a shell, quotes and all', () => {
    const script = writeSample('curl', PARTS).replace('curl -X POST', 'print_last').replace(/^/, 'print_last() { for last; do :; done; printf %s "$last"; }\n');
    const run = () => JSON.parse(execFileSync('sh', ['-c', script], { encoding: 'utf8' })) as { event_data: unknown; idempotency_key: string };
    const body = run();
    expect(body.event_data).toEqual(PARTS.data);
    expect(body.idempotency_key).toMatch(/^invoice:sent-\d+/);
    expect(run().idempotency_key).not.toBe(body.idempotency_key);
  });

  it.each([
    ['python', 'python3', 'print(json.dumps(event))'],
    ['php', 'php', 'echo json_encode($event);'],
  ] as const)('in %s carries the data, and a key of its own at each run', (language, program, print) => {
    const hasProgram = spawnSync(program, ['--version']).status === 0;
    const [before = ''] = writeSample(language, PARTS).split(/^\$?request = /m);
    expect(before).toContain('The same key sent again is the same event');
    if (!hasProgram) return;
    const run = () => JSON.parse(execFileSync(program, { input: before + print, encoding: 'utf8' })) as { event_data: unknown; idempotency_key: string };
    const event = run();
    expect(event.event_data).toEqual(PARTS.data);
    expect(event.idempotency_key).toMatch(/^invoice:sent-[\w-]{16,}$/);
    expect(run().idempotency_key).not.toBe(event.idempotency_key);
  });

  it('in JavaScript is code that runs', async () => {
    const sent: unknown[] = [];
    const keys: string[] = [];
    const source = writeSample('javascript', PARTS);
    const AsyncFunction = (async () => undefined).constructor as new (...parts: string[]) => (...values: unknown[]) => Promise<void>;
    const fetched = async (url: string, options: { body: string }) => {
      const event = JSON.parse(options.body) as { event_data: unknown; idempotency_key: string };
      sent.push([url, event.event_data]);
      keys.push(event.idempotency_key);
      return { ok: true, json: async () => ({ data: { event_id: 'evt_1' } }) };
    };
    const run = new AsyncFunction('fetch', 'console', source);
    for (let tries = 0; tries < 2; tries += 1) await run(fetched, { log: () => undefined });
    expect(sent).toEqual(Array(2).fill(['https://desk.example.com/api/events', PARTS.data]));
    expect(keys[0]).toMatch(/^invoice:sent-[\w-]{36}$/);
    expect(keys[0]).not.toBe(keys[1]);
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
