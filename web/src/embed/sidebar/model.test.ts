import { describe, expect, it } from 'vitest';
import { words } from './words';
import { EVENTS_MAX, hear, type Heard, type Item } from './model';

const EVENT = { event_id: 'evt_1', customer_id: 'biz_1', event_type: 'invoice:sent' };

function after(...told: [Heard, object][]): readonly Item[] {
  return told.reduce<readonly Item[]>((items, [event, body]) => hear(items, event, body), []);
}

const progress = (percent: number, done: number): [Heard, object] => ['event:progress', { ...EVENT, status: 'processing', progress: percent, deliveries: { total: 2, done, failed: 0 } }];

describe('what becomes of an event', () => {
  it('is followed from accepted to done', () => {
    expect(after(['event:acknowledged', EVENT])[0]).toMatchObject({ id: 'evt_1', type: 'invoice:sent', stage: 'accepted', progress: 0 });
    expect(after(['event:acknowledged', EVENT], progress(50, 1))[0]).toMatchObject({ stage: 'processing', progress: 50, total: 2, done: 1 });
    const done = after(['event:acknowledged', EVENT], progress(50, 1), ['event:completed', { ...EVENT, result: { deliveries: [] } }]);
    expect(done).toHaveLength(1);
    expect(done[0]).toMatchObject({ stage: 'completed', progress: 100, done: 2 });
    expect(words.deliveries(done[0]!)).toBe('2 of 2 sent');
    const partly = after(progress(50, 1), ['event:completed', { ...EVENT, result: { total: 2, failed: 1, deliveries: [] } }]);
    expect(words.deliveries(partly[0]!)).toBe('1 of 2 sent');
  });

  it('does not go back when the word that it was accepted comes late', () => {
    expect(after(progress(50, 1), ['event:acknowledged', EVENT])[0]).toMatchObject({ stage: 'processing', progress: 50 });
    expect(after(['event:completed', EVENT], ['event:acknowledged', EVENT])[0]?.stage).toBe('completed');
  });

  it('keeps a failure until the delivery arrives after all', () => {
    const failed: [Heard, object] = ['message:failed', { ...EVENT, delivery_id: 'dlv_1', channel: 'email', recipient: 'a@b.example', error: 'mailbox full', will_retry: true }];
    expect(after(failed, failed)[0]?.failures).toEqual([{ delivery: 'dlv_1', words: 'email a@b.example: mailbox full', willRetry: true }]);
    expect(after(failed, ['message:sent', { ...EVENT, delivery_id: 'dlv_1' }])[0]?.failures).toEqual([]);
  });

  it('shows a refusal, which has no id, as one of its own', () => {
    const refused: [Heard, object] = ['event:failed', { event_type: 'invoice:sent', error: 'client_email: is required', code: 'VALIDATION_ERROR' }];
    const items = after(['event:acknowledged', EVENT], refused, refused);
    expect(items.map(({ stage }) => stage)).toEqual(['refused', 'refused', 'accepted']);
    expect(new Set(items.map(({ id }) => id)).size).toBe(3);
    expect(items[0]?.error).toBe('client_email: is required');
    const errors = [{ field: 'event_data.client_email', code: 'REQUIRED', message: 'is required' }, { field: 'event_data.total', code: 'REQUIRED', message: 'is required' }];
    const named = after(['event:failed', { ...refused[1], error: '2 fields are not right.', errors }]);
    expect(named[0]?.error).toBe('event_data.client_email is required; event_data.total is required');
  });

  it('tells a failed event from a refused one', () => {
    expect(after(['event:failed', { ...EVENT, error: 'every delivery is dead' }])[0]).toMatchObject({ id: 'evt_1', stage: 'failed' });
  });
});

describe('the list', () => {
  it('has the newest first and forgets the oldest', () => {
    const many = Array.from({ length: EVENTS_MAX + 5 }, (_, n): [Heard, object] => ['event:acknowledged', { ...EVENT, event_id: `evt_${n}` }]);
    const items = after(...many);
    expect(items).toHaveLength(EVENTS_MAX);
    expect(items[0]?.id).toBe(`evt_${EVENTS_MAX + 4}`);
  });

  it('stays the same when nothing can be read', () => {
    const items = after(['event:acknowledged', EVENT]);
    for (const body of [null, 7, 'x', {}, { event_id: 7 }]) expect(hear(items, 'event:progress', body)).toBe(items);
    expect(after(['event:progress', { ...EVENT, progress: 'half', deliveries: null }])[0]).toMatchObject({ progress: 0, total: 0 });
  });
});
