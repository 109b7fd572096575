/** The booking just made, kept in this tab so that the success screen with its only manage link survives a reload. */
import type { Appointment } from '~/api';
import { readStored, writeStored } from './useBookingDraft';

export interface Booked {
  appointment: Appointment;
  manageUrl: string;
  email: string;
  /** The address has an account here already, and nobody proved that it is theirs: the way in went there by mail. */
  isLinkMailed: boolean;
}

const bookedKey = (slug: string) => `frontdesk.booked.${slug}`;

export function recallBooked(slug: string): Booked | null {
  const text = readStored(bookedKey(slug));
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Partial<Booked> | null;
    const appointment = value?.appointment;
    const isWhole = appointment && typeof appointment.status === 'string' && !Number.isNaN(Date.parse(appointment.start));
    if (!isWhole || typeof value?.manageUrl !== 'string') return null;
    return { appointment, manageUrl: value.manageUrl, email: typeof value.email === 'string' ? value.email : '', isLinkMailed: value.isLinkMailed === true };
  } catch {
    return null;
  }
}

export function rememberBooked(slug: string, booked: Booked | null): void {
  writeStored(bookedKey(slug), booked && JSON.stringify(booked));
}
