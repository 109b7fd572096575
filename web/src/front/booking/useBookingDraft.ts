/** Keeps the draft of one business's booking in this tab's storage, so that a reload loses nothing. */
import { useEffect, useReducer, type Dispatch } from 'react';
import { dropPastSlot, parseDraft, reduceDraft, type BookingDraft, type DraftAction } from './draft';

export function useBookingDraft(slug: string): [BookingDraft, Dispatch<DraftAction>] {
  const [draft, dispatch] = useReducer(reduceDraft, slug, (of) => dropPastSlot(parseDraft(readStored(draftKey(of))), new Date()));
  useEffect(() => writeStored(draftKey(slug), JSON.stringify(draft)), [slug, draft]);
  return [draft, dispatch];
}

const draftKey = (slug: string) => `frontdesk.booking.${slug}`;

export function readStored(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** `null` forgets. Storage that is full or forbidden costs the reload, never the booking. */
export function writeStored(key: string, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    return;
  }
}
