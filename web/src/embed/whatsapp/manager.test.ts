import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WhatsAppSessionsManager } from './manager';

const PNG = 'data:image/png;base64,AAAA';
const answers = vi.fn<typeof fetch>();
let manager: WhatsAppSessionsManager;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', answers);
  document.body.innerHTML = '<div id="whatsapp-sessions"></div>';
  manager = new WhatsAppSessionsManager('biz_1', { url: 'https://desk.example.com', token: 'a.b.c' });
});

afterEach(() => {
  manager.destroy();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  answers.mockReset();
});

const answer = (body: unknown, status = 200): void => void answers.mockResolvedValueOnce(new Response(JSON.stringify(body), { status }));
const asked = (): string[] => answers.mock.calls.map(([address, options]) => `${options?.method} ${String(address)}`);
const shown = (): string => document.querySelector('.whatsapp-sessions__state')?.textContent ?? '';
const button = (name: string): HTMLButtonElement => {
  const found = [...document.querySelectorAll('button')].find((one) => one.textContent === name && !one.hidden);
  if (!found) throw new Error(`no button ${name}`);
  return found;
};

describe('the calls of the page', () => {
  it('go to the business with the token and give what document C shows', async () => {
    answer({ status: 'ready', last_updated: '2026-05-12T06:41:00.000Z' });
    expect(await manager.checkStatus()).toEqual({ status: 'ready', last_updated: '2026-05-12T06:41:00.000Z' });
    answer({ qr_code: PNG });
    expect(await manager.getQRCode()).toBe(PNG);
    answer({ success: true, message: 'Logged out.' });
    expect(await manager.logout()).toEqual({ success: true, message: 'Logged out.' });
    const base = 'https://desk.example.com/whatsapp';
    expect(asked()).toEqual([`GET ${base}/status/biz_1`, `GET ${base}/qr/biz_1`, `POST ${base}/logout/biz_1`]);
    expect(answers.mock.calls[0]?.[1]?.headers).toMatchObject({ Authorization: 'Bearer a.b.c' });
  });

  it('fail with the code of the refusal', async () => {
    answer({ code: 'NOT_FOUND', detail: 'There is nothing here.' }, 404);
    await expect(manager.checkStatus()).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'There is nothing here.' });
    answers.mockRejectedValueOnce(new TypeError('offline'));
    await expect(manager.checkStatus()).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
  });

  it('ask for another token once when it is refused', async () => {
    const renewing = new WhatsAppSessionsManager('biz_1', { url: 'https://desk.example.com', tokenUrl: '/token' });
    answer({ token: 'old' });
    answer({ code: 'UNAUTHORIZED' }, 401);
    answer({ token: 'new' });
    answer({ status: 'ready' });
    expect((await renewing.checkStatus()).status).toBe('ready');
    expect(answers.mock.calls[3]?.[1]?.headers).toMatchObject({ Authorization: 'Bearer new' });
  });

  it('need a business and a token', () => {
    expect(() => new WhatsAppSessionsManager('')).toThrow('id of the business');
    expect(() => new WhatsAppSessionsManager('biz_1')).toThrow('data-token');
  });
});

describe('the panel', () => {
  it('leads from no session over the code to a connected phone', async () => {
    answer({ status: 'not_initialized' });
    await manager.initialize();
    expect(shown()).toBe('Not connected');
    answer({ qr_code: PNG });
    button('Show QR code').click();
    await vi.waitFor(() => expect(document.querySelector('img')?.src).toBe(PNG));
    expect(shown()).toBe('Waiting for the phone');
    answer({ status: 'ready' });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(shown()).toBe('Connected');
    expect(document.querySelector('img')?.hidden).toBe(true);
  });

  it('asks before it logs out', async () => {
    answer({ status: 'ready' });
    await manager.initialize();
    button('Log out').click();
    button('Stay connected').click();
    button('Log out').click();
    answer({ success: true });
    button('Really log out?').click();
    await vi.waitFor(() => expect(shown()).toBe('Logged out'));
    expect(asked().at(-1)).toContain('POST');
  });

  it('says what went wrong and goes on asking', async () => {
    answer({ code: 'UNAVAILABLE', detail: 'Try again soon.' }, 503);
    await expect(manager.initialize()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(document.querySelector('[role=alert]')?.textContent).toBe('That did not work: Try again soon.');
    answer({ status: 'ready' });
    await vi.advanceTimersByTimeAsync(15_000);
    expect([shown(), document.querySelector('[role=alert]')?.textContent]).toEqual(['Connected', '']);
  });
});
