/** Reads why a booking was refused, and what the customer can do about it on this very screen. */
import type { Problem } from '~/api';
import type { BookingStep, ContactField } from './draft';
import type { Slot } from './slots';

export type Refusal =
  /** The slot went to somebody else. */
  | { kind: 'taken'; alternatives: Slot[] }
  /** The server named the fields; `step` is the first one that has a fault. */
  | { kind: 'fields'; step: BookingStep; fields: Partial<Record<ContactField, string>>; text: string }
  /** No answer arrived: it may or may not be booked, and sending again is safe. */
  | { kind: 'unanswered' }
  | { kind: 'other'; text: string; requestId: string | null };

const CONTACT_FIELDS: Readonly<Record<string, ContactField>> = {
  customerName: 'name',
  customerEmail: 'email',
  customerPhone: 'phone',
  notes: 'notes',
};

const STEP_OF_FIELD: Readonly<Record<string, BookingStep>> = { service: 'service', time: 'time', staff: 'time' };

export function parseRefusal(problem: Problem): Refusal {
  if (problem.code === 'SLOT_TAKEN') return { kind: 'taken', alternatives: parseAlternatives(problem.body) };
  const named = parseFieldFaults(problem);
  if (named) return named;
  const isUnsettled = problem.status === 0 || problem.status >= 500 || problem.code === 'IDEMPOTENCY_IN_PROGRESS';
  if (isUnsettled) return { kind: 'unanswered' };
  return { kind: 'other', text: problem.detail, requestId: problem.requestId };
}

function parseFieldFaults({ errors, detail }: Problem): Refusal | null {
  const fields: Partial<Record<ContactField, string>> = {};
  let step: BookingStep | null = null;
  for (const { field, message } of errors) {
    const contactField = CONTACT_FIELDS[field];
    if (contactField) fields[contactField] = message;
    step ??= contactField ? 'contact' : (STEP_OF_FIELD[field] ?? null);
  }
  if (step === null) return null;
  const text = errors.map(({ message }) => message).join(' ') || detail;
  return { kind: 'fields', step, fields, text };
}

function parseAlternatives(body: Record<string, unknown>): Slot[] {
  if (!Array.isArray(body.alternatives)) return [];
  return body.alternatives.flatMap((value: unknown) => {
    if (typeof value !== 'object' || value === null) return [];
    const { start, end, staffId, staffName } = value as Record<string, unknown>;
    if (typeof start !== 'string' || typeof end !== 'string' || Number.isNaN(Date.parse(start))) return [];
    return [
      {
        start,
        end,
        staffId: typeof staffId === 'string' ? staffId : null,
        staffName: typeof staffName === 'string' ? staffName : null,
      },
    ];
  });
}
