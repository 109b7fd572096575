import { describe, expect, it } from 'vitest';
import type { Appointment } from '~/api';
import { fitsFilter, movesFrom, placeAppointment } from './appointments';
import { sampleAppointment } from './samples';

const week = { from: '2027-05-10T00:00:00+03:00', to: '2027-05-17T00:00:00+03:00' };

/** The server's answer for a filter, from all there is. */
function fetchFresh(all: readonly Appointment[], filter: Parameters<typeof fitsFilter>[1]): Appointment[] {
  return all.filter((entry) => fitsFilter(entry, filter)).sort((a, b) => a.start.localeCompare(b.start));
}

describe('a list of appointments under events', () => {
  const before = [sampleAppointment(), sampleAppointment({ id: 'appt_2', start: '2027-05-12T07:00:00.000Z', status: 'confirmed' })];
  const events = [
    sampleAppointment({ id: 'appt_3', start: '2027-05-13T07:00:00.000Z' }),
    sampleAppointment({ status: 'confirmed', updatedAt: '2027-05-12T08:00:00.000Z' }),
    sampleAppointment({ id: 'appt_2', start: '2027-05-20T07:00:00.000Z', updatedAt: '2027-05-12T09:00:00.000Z' }),
  ];
  const after = events.reduce((all, changed) => [...all.filter((entry) => entry.id !== changed.id), changed], before);

  it.each([week, { ...week, status: 'pending' }, { ...week, status: 'pending,confirmed' }, { ...week, staffId: 'user_2' }])('equals a fresh read with %o', (filter) => {
    const live = events.reduce((list, changed) => placeAppointment(list, changed, filter), fetchFresh(before, filter));
    expect(live).toEqual(fetchFresh(after, filter));
  });

  it('does not go back to an older copy', () => {
    const confirmed = sampleAppointment({ status: 'confirmed', updatedAt: '2027-05-12T08:00:00.000Z' });
    expect(placeAppointment([confirmed], sampleAppointment(), week)[0]?.status).toBe('confirmed');
  });
});

describe('what may be done next', () => {
  const start = '2027-05-12T07:00:00.000Z';
  const at = (time: string) => new Date(`2027-05-12T${time}Z`);

  it('waits for the time of the visit, and people come early', () => {
    const agreed = { status: 'confirmed', start } as const;
    expect(movesFrom(agreed, at('05:59:59.999'))).toEqual(['cancel']);
    expect(movesFrom(agreed, at('06:00:00'))).toEqual(['start', 'cancel']);
    expect(movesFrom(agreed, at('07:00:00'))).toEqual(['start', 'complete', 'no-show', 'cancel']);
  });

  it('is done when it was begun, and has no time where it waits for an answer', () => {
    expect(movesFrom({ status: 'in_progress', start }, at('06:30:00'))).toEqual(['complete']);
    expect(movesFrom({ status: 'pending', start }, at('01:00:00'))).toEqual(['confirm', 'reject', 'cancel']);
  });
});
