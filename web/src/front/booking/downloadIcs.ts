/** Hands the browser a calendar file of one booking, made on the spot: it needs no sign-in and no connection. */
import { i18next } from '~/i18n';
import type { Appointment, Business } from '~/api';
import { writeIcs } from './ics';

/** The browser reads the file after the click returns, so the address must outlive it a little. */
const ADDRESS_LIFE_MS = 10_000;

export function downloadIcs(appointment: Appointment, business: Pick<Business, 'name' | 'address'>, manageUrl: string | null): void {
  const text = writeIcs({
    uid: appointment.id,
    start: appointment.start,
    end: appointment.end,
    stamp: new Date(),
    summary: i18next.t('front:booked.icsSummary', { service: appointment.service, business: business.name }),
    ...(business.address ? { location: business.address } : {}),
    ...(manageUrl ? { url: manageUrl, description: i18next.t('front:booked.icsManage', { url: manageUrl }) } : {}),
  });
  const address = URL.createObjectURL(new Blob([text], { type: 'text/calendar;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = 'booking.ics';
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), ADDRESS_LIFE_MS);
}
