import { describe, expect, it } from 'vitest';
import type { EventRow } from '~/api';
import { applyNews, mergeHead, patchRow, readNews, type EventNews } from './feed';

function row(id: string, change: Partial<EventRow> = {}): EventRow {
  return { id, type: 'invoice.sent', status: 'processing', source: 'api', actor: 'key_1', progress: 0, deliveries: { total: 2, done: 0, failed: 0, cancelled: 0 }, error: null, replay_of: null, idempotency_key: null, scheduled_for: null, created_at: '2026-11-20T06:00:00.000Z', completed_at: null, ...change };
}

const AT = '2026-11-20T06:00:01.000Z';
const told = { event_id: 'evt_9', event_type: 'invoice:sent', timestamp: AT };

describe('news of events', () => {
  it('carry the dotted type and the true share', () => {
    const news = readNews('event:progress', { ...told, status: 'processing', progress: 50, deliveries: { total: 2, done: 1, failed: 0, cancelled: 0 } });
    expect(news).toMatchObject({ id: 'evt_9', type: 'invoice.sent', progress: 50, isNew: false });
    expect(readNews('event:completed', { ...told, status: 'completed', result: { total: 3, failed: 1, cancelled: 1 } })).toMatchObject({ status: 'completed', progress: 100, deliveries: { total: 3, done: 3, failed: 1, cancelled: 1 } });
  });

  it('of a refusal change nothing: it has no event', () => {
    expect(readNews('event:failed', { event_type: 'invoice:sent', error: 'is required' })).toBeNull();
  });

  it('put a new event on top and move those that are known', () => {
    const all = [readNews('event:acknowledged', { ...told, status: 'processing' }), readNews('event:progress', { ...told, status: 'processing', progress: 50, deliveries: { total: 2, done: 1, failed: 0, cancelled: 0 } })] as EventNews[];
    const [slice] = applyNews([{ rows: [row('evt_1')], next: null }], all, () => true);
    expect(slice?.rows.map(({ id, progress }) => [id, progress])).toEqual([['evt_9', 50], ['evt_1', 0]]);
  });

  it('leave a list alone that the event does not belong to', () => {
    const slices = [{ rows: [row('evt_1')], next: null }];
    const news = readNews('event:acknowledged', { ...told, status: 'processing' }) as EventNews;
    expect(applyNews(slices, [news], () => false)).toBe(slices);
  });

  it('an acknowledgement that comes late takes nothing back', () => {
    const done = row('evt_9', { status: 'completed', progress: 100 });
    expect(patchRow(done, readNews('event:acknowledged', { ...told, status: 'processing' }) as EventNews)).toBe(done);
  });

  it('a retry of what was given up opens the event again', () => {
    const failed = row('evt_9', { status: 'failed', progress: 100, completed_at: AT });
    const news = readNews('event:progress', { ...told, status: 'processing', progress: 0, deliveries: { total: 1, done: 0, failed: 0, cancelled: 0 } }) as EventNews;
    expect(patchRow(failed, news)).toMatchObject({ status: 'processing', progress: 0, completed_at: null });
  });
});

describe('a first page read anew', () => {
  const slices = [{ rows: [row('evt_5'), row('evt_4')], next: 'evt_4' }, { rows: [row('evt_3')], next: null }];

  it('keeps the rows that stand deeper, each once', () => {
    const merged = mergeHead(slices, { rows: [row('evt_7'), row('evt_5', { progress: 100 }), row('evt_4')], next: 'evt_4' });
    expect(merged.flatMap((slice) => slice.rows.map(({ id }) => id))).toEqual(['evt_7', 'evt_5', 'evt_4', 'evt_3']);
    expect(merged.at(-1)?.next).toBeNull();
  });

  it('begins afresh when there is a gap', () => {
    const head = { rows: [row('evt_9'), row('evt_8')], next: 'evt_8' };
    expect(mergeHead(slices, head)).toEqual([head]);
  });

  it('is all there is when nothing follows it', () => {
    const head = { rows: [], next: null };
    expect(mergeHead(slices, head)).toEqual([head]);
  });
});
