import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readSignature, sampleOf } from './signature';

const REQUEST = 'POST https://erp.example/hooks\ncontent-type: application/json\nwebhook-id: evt_1\nwebhook-timestamp: 1795295833\nwebhook-signature: v1,abc=\nx-webhook-signature: sha256=6e70\nx-webhook-delivery: dlv_1\n';

describe('the signature of a call', () => {
  it('is read out of the headers, without those that prove nothing', () => {
    expect(readSignature(REQUEST)).toEqual({
      id: 'evt_1',
      timestamp: '1795295833',
      headers: [['webhook-id', 'evt_1'], ['webhook-timestamp', '1795295833'], ['webhook-signature', 'v1,abc='], ['x-webhook-signature', 'sha256=6e70']],
    });
  });

  it('is none where nothing was signed or kept', () => {
    expect(readSignature(null)).toBeNull();
    expect(readSignature('To: amina@example.com\nSubject: Hello')).toBeNull();
  });

  it('is found by the sample, which is run here as a receiver would', () => {
    const secret = `whsec_${Buffer.from('a key of the house').toString('base64')}`;
    const body = '{"id":"evt_1"}';
    const code = sampleOf({ id: 'evt_1', timestamp: '1795295833' }).split('\n').slice(1).join('\n');
    const expected: unknown = new Function('createHmac', 'Buffer', 'SECRET', 'body', `${code}\nreturn expected;`)(createHmac, Buffer, secret, body);
    expect(expected).toBe(`v1,${createHmac('sha256', 'a key of the house').update(`evt_1.1795295833.${body}`).digest('base64')}`);
  });
});
