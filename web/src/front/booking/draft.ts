/**
 * What the customer has chosen so far, and the only ways it may change.
 *
 * The draft is kept in the session's storage, so a reload or a trip to the mail app costs nothing. It also carries the
 * key of the running submission: the same words sent again are the same booking, while any change makes it a new one.
 */
import type { Slot } from './slots';

export type BookingStep = 'service' | 'time' | 'contact' | 'review';
export const BOOKING_STEPS: readonly BookingStep[] = ['service', 'time', 'contact', 'review'];

export interface BookingContact {
  name: string;
  email: string;
  phone: string;
  notes: string;
}

export type ContactField = keyof BookingContact;

export interface BookingDraft {
  step: BookingStep;
  serviceId: string | null;
  staffId: string | null;
  month: string | null;
  day: string | null;
  slot: Slot | null;
  contact: BookingContact;
  /** Set while a submission is on its way or failed without an answer; a change of the booking clears it. */
  submissionKey: string | null;
}

export const EMPTY_DRAFT: BookingDraft = {
  step: 'service',
  serviceId: null,
  staffId: null,
  month: null,
  day: null,
  slot: null,
  contact: { name: '', email: '', phone: '', notes: '' },
  submissionKey: null,
};

export type DraftAction =
  | { type: 'serviceChosen'; serviceId: string }
  | { type: 'staffChosen'; staffId: string | null }
  | { type: 'monthTurned'; month: string }
  | { type: 'dayChosen'; day: string }
  | { type: 'slotChosen'; slot: Slot; day: string }
  /** The slot went to somebody else: the alternative takes its place, with its person when one had been asked for. */
  | { type: 'alternativeChosen'; slot: Slot; day: string }
  /** A fresh list no longer has the slot; with a submission on its way it may be gone because it is ours. */
  | { type: 'slotLost' }
  | { type: 'contactEdited'; field: ContactField; value: string }
  | { type: 'contactPrefilled'; contact: Partial<BookingContact> }
  | { type: 'stepOpened'; step: BookingStep }
  | { type: 'submissionStarted'; key: string }
  | { type: 'submissionRefused' }
  /** The next booking starts afresh, but the customer is still the same person. */
  | { type: 'booked'; contact: BookingContact };

export function reduceDraft(draft: BookingDraft, action: DraftAction): BookingDraft {
  switch (action.type) {
    case 'serviceChosen':
      if (action.serviceId === draft.serviceId) return draft;
      return { ...draft, serviceId: action.serviceId, staffId: null, day: null, slot: null, submissionKey: null };
    case 'staffChosen':
      return { ...draft, staffId: action.staffId, slot: null, submissionKey: null };
    case 'monthTurned':
      return { ...draft, month: action.month };
    case 'dayChosen':
      if (action.day === draft.day) return draft;
      return { ...draft, day: action.day, month: action.day.slice(0, 7), slot: null, submissionKey: null };
    case 'slotChosen':
      return takeSlot(draft, action.slot, action.day);
    case 'alternativeChosen':
      return { ...takeSlot(draft, action.slot, action.day), staffId: draft.staffId && (action.slot.staffId ?? null) };
    case 'slotLost':
      return draft.submissionKey ? draft : { ...draft, slot: null };
    case 'contactEdited':
      return { ...draft, contact: { ...draft.contact, [action.field]: action.value }, submissionKey: null };
    case 'contactPrefilled':
      return { ...draft, contact: prefill(draft.contact, action.contact) };
    case 'stepOpened':
      return { ...draft, step: furthestStep(draft, action.step) };
    case 'submissionStarted':
      return { ...draft, submissionKey: action.key };
    case 'submissionRefused':
      return { ...draft, submissionKey: null };
    case 'booked':
      return { ...EMPTY_DRAFT, contact: { ...action.contact, notes: '' } };
  }
}

function takeSlot(draft: BookingDraft, slot: Slot, day: string): BookingDraft {
  return { ...draft, slot, day, month: day.slice(0, 7), submissionKey: null };
}

/** What the customer typed is never overwritten by what we know of them. */
function prefill(contact: BookingContact, known: Partial<BookingContact>): BookingContact {
  return {
    name: contact.name || known.name || '',
    email: contact.email || known.email || '',
    phone: contact.phone || known.phone || '',
    notes: contact.notes,
  };
}

/** A step can be opened only when everything before it is settled; otherwise the first unsettled one opens. */
function furthestStep(draft: BookingDraft, wanted: BookingStep): BookingStep {
  for (const step of BOOKING_STEPS) if (step === wanted || !isStepSettled(draft, step)) return step;
  return wanted;
}

export function isStepSettled(draft: BookingDraft, step: BookingStep): boolean {
  switch (step) {
    case 'service':
      return draft.serviceId !== null;
    case 'time':
      return draft.slot !== null;
    case 'contact':
      return Object.keys(checkContact(draft.contact)).length === 0;
    case 'review':
      return false;
  }
}

export function nextStep(step: BookingStep): BookingStep {
  return BOOKING_STEPS[Math.min(BOOKING_STEPS.indexOf(step) + 1, BOOKING_STEPS.length - 1)] ?? step;
}

export function previousStep(step: BookingStep): BookingStep | null {
  return BOOKING_STEPS[BOOKING_STEPS.indexOf(step) - 1] ?? null;
}

export type ContactFault = 'required' | 'email' | 'phone' | 'tooLong';

export const NAME_CHARACTERS_MAX = 120;
export const NOTES_CHARACTERS_MAX = 1000;

/** Refuses only what cannot be right; the server, which knows the tenant's country, has the last word on phones. */
export function checkContact(contact: BookingContact): Partial<Record<ContactField, ContactFault>> {
  const faults: Partial<Record<ContactField, ContactFault>> = {};
  if (contact.name.trim() === '') faults.name = 'required';
  else if ([...contact.name].length > NAME_CHARACTERS_MAX) faults.name = 'tooLong';
  if (contact.email.trim() === '') faults.email = 'required';
  else if (!looksLikeEmail(contact.email)) faults.email = 'email';
  if (contact.phone.trim() !== '' && !looksLikePhone(contact.phone)) faults.phone = 'phone';
  if ([...contact.notes].length > NOTES_CHARACTERS_MAX) faults.notes = 'tooLong';
  return faults;
}

export function looksLikeEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(text.trim());
}

export function looksLikePhone(text: string): boolean {
  const digits = text.replace(/[\s().-]/g, '');
  return /^\+?\d{6,15}$/.test(digits);
}

/** Reads a stored draft back; storage is outside input, so anything that does not fit starts afresh. */
export function parseDraft(text: string | null): BookingDraft {
  if (text === null) return EMPTY_DRAFT;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return EMPTY_DRAFT;
  }
  if (!isRecord(value) || !isRecord(value.contact)) return EMPTY_DRAFT;
  const { contact } = value;
  const draft: BookingDraft = {
    step: 'service',
    serviceId: textOrNull(value.serviceId),
    staffId: textOrNull(value.staffId),
    month: textOrNull(value.month),
    day: textOrNull(value.day),
    slot: parseSlot(value.slot),
    contact: {
      name: textOrNull(contact.name) ?? '',
      email: textOrNull(contact.email) ?? '',
      phone: textOrNull(contact.phone) ?? '',
      notes: textOrNull(contact.notes) ?? '',
    },
    submissionKey: textOrNull(value.submissionKey),
  };
  const step = BOOKING_STEPS.find((known) => known === value.step) ?? 'service';
  return { ...draft, step: furthestStep(draft, step) };
}

function parseSlot(value: unknown): Slot | null {
  if (!isRecord(value)) return null;
  const { start, end } = value;
  if (typeof start !== 'string' || typeof end !== 'string' || Number.isNaN(Date.parse(start))) return null;
  return { start, end, staffId: textOrNull(value.staffId), staffName: textOrNull(value.staffName) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Drops a remembered slot that has passed meanwhile, so that nobody reviews a booking for yesterday. */
export function dropPastSlot(draft: BookingDraft, now: Date): BookingDraft {
  if (!draft.slot || Date.parse(draft.slot.start) > now.getTime()) return draft;
  return reduceDraft({ ...draft, slot: null, day: null, month: null, submissionKey: null }, { type: 'stepOpened', step: draft.step });
}
