import { describe, expect, it } from 'vitest';
import type { Appointment, Conversation } from '~/api';
import { listThreads } from './threads';

const now = new Date('2026-11-21T08:00:00Z');
const visit = (id: string, status: Appointment['status'], end: string) => ({ id, status, start: end, end }) as Appointment;
const conversation = (id: string, appointmentId: string | null, unreadCount = 0) =>
  ({ id, type: appointmentId ? 'appointment' : 'direct', appointmentId, unreadCount }) as Conversation;

describe('the threads of a customer', () => {
  it('always offer the general one, even before a word was written', () => {
    expect(listThreads([], [], null, now)).toEqual([{ appointmentId: null, conversation: null, visit: null, unread: 0 }]);
  });

  it('offer visits that are talked about and visits to come, but not silent old ones', () => {
    const visits = [
      visit('appt_1', 'completed', '2026-10-01T08:00:00Z'),
      visit('appt_2', 'completed', '2026-10-02T08:00:00Z'),
      visit('appt_3', 'confirmed', '2026-12-01T08:00:00Z'),
    ];
    const threads = listThreads([conversation('conv_9', 'appt_2', 3), conversation('conv_1', null)], visits, null, now);
    expect(threads.map(({ appointmentId, unread }) => [appointmentId, unread])).toEqual([[null, 0], ['appt_2', 3], ['appt_3', 0]]);
    expect(threads[0]?.conversation?.id).toBe('conv_1');
  });

  it('offer the visit a link asks for, whatever is known of it, and only once', () => {
    const old = visit('appt_1', 'completed', '2026-10-01T08:00:00Z');
    expect(listThreads([], [old], 'appt_1', now)[1]).toMatchObject({ appointmentId: 'appt_1', visit: old });
    expect(listThreads([], [], 'appt_7', now)[1]).toMatchObject({ appointmentId: 'appt_7', visit: null });
    expect(listThreads([conversation('conv_9', 'appt_1')], [old], 'appt_1', now)).toHaveLength(2);
  });
});
