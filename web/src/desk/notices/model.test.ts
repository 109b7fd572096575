import { describe, expect, it } from 'vitest';
import type { Notice } from '~/api';
import { fits, mapNotices, placeNotice, targetOf, type Pages } from './model';

const notice = (id: string, read = false): Notice => ({ id, type: 'appointment.created', category: 'Appointments', title: id, message: '', data: {}, eventId: 'evt_1', read, readAt: null, createdAt: '2027-05-12T06:41:00Z' });
const pages = (...ids: string[][]): Pages => ({ pages: ids.map((rows) => ({ rows: rows.map((id) => notice(id)), next: null })), pageParams: ids.map(() => null) });
const idsOf = ({ pages: all }: Pages) => all.map(({ rows }) => rows.map(({ id }) => id));

describe('the notice centre', () => {
  it('takes a new line on top, and one that is told twice once', () => {
    const once = placeNotice(pages(['b', 'a'], ['z']), notice('c'));
    expect(idsOf(once)).toEqual([['c', 'b', 'a'], ['z']]);
    const again = placeNotice(once, notice('c', true));
    expect(idsOf(again)).toEqual([['c', 'b', 'a'], ['z']]);
    expect(again.pages[0]?.rows[0]?.read).toBe(true);
  });

  it('shows a line only in the lists it belongs to', () => {
    expect(fits(notice('a'), {})).toBe(true);
    expect(fits(notice('a', true), { unread: true })).toBe(false);
    expect(fits(notice('a'), { category: 'appointments' })).toBe(true);
    expect(fits(notice('a'), { category: 'payments' })).toBe(false);
  });

  it('forgets a line that is removed', () => {
    expect(idsOf(mapNotices(pages(['b', 'a']), (row) => (row.id === 'b' ? null : row)))).toEqual([['a']]);
  });

  it('leads to what a line is about', () => {
    expect(targetOf({ data: { appointment: { id: 'appt_1' } }, eventId: 'evt_1' }, false)).toEqual({ kind: 'appointment', id: 'appt_1' });
    expect(targetOf({ data: { appointment_id: 17 }, eventId: 'evt_1' }, true)).toEqual({ kind: 'event', id: 'evt_1' });
    expect(targetOf({ data: {}, eventId: 'evt_1' }, false)).toBeNull();
  });
});
