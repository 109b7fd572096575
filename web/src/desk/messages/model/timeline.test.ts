import { describe, expect, it } from 'vitest';
import type { Appointment, Delivery } from '~/api';
import { mergeTimeline } from './timeline';

const visit = (id: string, start: string) => ({ id, start }) as Appointment;
const told = (id: string, created_at: string) => ({ id, created_at }) as Delivery;

describe('the timeline of a customer', () => {
  it('puts visits and what was sent in one order, the newest first', () => {
    const moments = mergeTimeline([visit('appt_1', '2026-11-20T07:00:00Z'), visit('appt_2', '2026-12-01T07:00:00Z')], [told('dlv_1', '2026-11-20T07:30:00.000Z')]);
    expect(moments.map(({ key }) => key)).toEqual(['appt_2', 'dlv_1', 'appt_1']);
  });

  it('has what was found by two of their addresses once', () => {
    expect(mergeTimeline([], [told('dlv_1', '2026-11-20T07:30:00Z'), told('dlv_1', '2026-11-20T07:30:00Z')])).toHaveLength(1);
  });
});
