import { describe, expect, it } from 'vitest';
import type { DeliveryDetail, DeliveryStatus } from '~/api';
import { countDown, layAxis, measure } from './axis';
import { applyDelivery, readDeliveryNews } from './deliveries';
import { GROUP_GAP, layFlow, LINE_HEIGHT, LINES_MAX } from './flow';
import { nameRecipient } from './people';

const START = '2026-11-20T06:00:00.000Z';
const at = (ms: number) => new Date(new Date(START).getTime() + ms).toISOString();

function delivery(id: string, recipient: string, status: DeliveryStatus, tries_ms: number[] = [], next_ms?: number): DeliveryDetail {
  return {
    id, event_id: 'evt_1', event_type: 'invoice.sent', channel: recipient.startsWith('whk_') ? 'webhook' : 'email', recipient, status, attempts: tries_ms.length,
    next_attempt_at: next_ms === undefined ? null : at(next_ms), message_id: null, code: null, error: null, created_at: START, updated_at: START, finished_at: null,
    attempts_log: tries_ms.map((ms, index) => ({ number: index + 1, outcome: index === tries_ms.length - 1 ? status : 'failed', code: null, error: null, http_status: null, request: null, response: null, response_headers: null, started_at: at(ms - 10), ended_at: at(ms), duration_ms: 10 })),
  };
}

describe('the picture of an event', () => {
  it('has a line per delivery, gathered by recipient, with a gap between them', () => {
    const flow = layFlow([delivery('dlv_2', 'b@x.test', 'sent', [900]), delivery('dlv_1', 'a@x.test', 'sent', [800]), delivery('dlv_3', 'a@x.test', 'pending')], START, Date.now());
    expect(flow.groups.map(({ recipient, lines }) => [recipient, lines.map(({ delivery: { id }, top }) => [id, top])])).toEqual([
      ['a@x.test', [['dlv_1', 0], ['dlv_3', LINE_HEIGHT]]],
      ['b@x.test', [['dlv_2', 2 * LINE_HEIGHT + GROUP_GAP]]],
    ]);
    expect(flow.height).toBe(3 * LINE_HEIGHT + GROUP_GAP);
  });

  it('shows each try and the one that is planned, in the order of time', () => {
    const [line] = layFlow([delivery('dlv_1', 'whk_1', 'failed', [300, 10_000, 60_000], 290_000)], START, Date.now()).groups[0]!.lines;
    expect(line?.marks.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'failed', 'planned']);
    const places = line!.marks.map(({ place }) => place);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(places.every((place) => place > 0 && place < 1)).toBe(true);
  });

  it('never leaves out what needs somebody', () => {
    const fine = Array.from({ length: 200 }, (_, index) => delivery(`dlv_a${String(index).padStart(3, '0')}`, `c${index}@x.test`, 'sent', [500]));
    const flow = layFlow([...fine, delivery('dlv_z', 'broken@x.test', 'dead', [500])], START, Date.now());
    expect(flow.groups.flatMap(({ lines }) => lines)).toHaveLength(LINES_MAX);
    expect(flow.left).toBe(201 - LINES_MAX);
    expect(flow.groups.some(({ recipient }) => recipient === 'broken@x.test')).toBe(true);
  });
});

describe('the axis', () => {
  it('grows with what has to stand on it and is never crowded', () => {
    expect(layAxis(0).ticks.map(({ ms }) => ms)).toEqual([100, 1_000, 10_000]);
    for (const ms of [1, 5_000, 3_600_000, 86_400_000, 40 * 86_400_000]) {
      const { ticks, place } = layAxis(ms);
      expect(ticks.length).toBeLessThanOrEqual(6);
      expect(place(ms)).toBeGreaterThanOrEqual(0);
      expect(place(ms)).toBeLessThan(1);
    }
  });

  it('says how long something took as people do', () => {
    expect([12, 340, 1_200, 41_000, 240_000, 7_200_000, 300_000_000].map(measure).map(({ count, unit }) => `${count} ${unit}`)).toEqual(['12 ms', '0.3 seconds', '1.2 seconds', '41 seconds', '4 minutes', '2 hours', '3 days']);
    expect([228_000, 7_500_000, 0, -5].map(countDown)).toEqual(['3:48', '2:05:00', '0:00', '0:00']);
  });
});

describe('news of a delivery', () => {
  it('change its line at once, and no other', () => {
    const slices = [{ rows: [delivery('dlv_1', 'a@x.test', 'sending'), delivery('dlv_2', 'b@x.test', 'sending')], next: null }];
    const news = readDeliveryNews({ delivery_id: 'dlv_2', event_id: 'evt_1', status: 'failed', attempt: 1, code: 'SMTP_REFUSED', error: 'No.', will_retry: true, next_attempt_at: at(5_000), timestamp: at(100) });
    const [slice] = applyDelivery(slices, [news!]);
    expect(slice?.rows.map(({ status, code, attempts, next_attempt_at }) => [status, code, attempts, next_attempt_at])).toEqual([['sending', null, 0, null], ['failed', 'SMTP_REFUSED', 1, at(5_000)]]);
    expect(readDeliveryNews({ event_id: 'evt_1' })).toBeNull();
  });
});

describe('a recipient', () => {
  const known = { webhooks: [{ id: 'whk_1', url: 'https://erp.example.com/hooks/', description: null }], people: [{ id: 'user_1', name: 'Grace' }], ownId: 'user_1' };
  it('is called what the business calls it', () => {
    expect(nameRecipient('whk_1', known)).toEqual({ kind: 'webhook', name: 'erp.example.com', address: 'erp.example.com/hooks' });
    expect(nameRecipient('user_1', known).name).toBe('Grace');
    expect(nameRecipient('cust_9', known)).toEqual({ kind: 'customer', name: null, address: 'cust_9' });
    expect(nameRecipient('a@x.test', known)).toEqual({ kind: 'address', name: 'a@x.test', address: 'a@x.test' });
  });
});
