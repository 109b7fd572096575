/** Which types can be tried out without writing to anybody else. */
import type { EventKind } from '~/api';

/** Its example can do without each phone number that it names. */
export function isHarmless(kind: Pick<EventKind, 'required' | 'recipients'>): boolean {
  const phones = new Set([...kind.recipients.whatsapp, ...kind.recipients.sms]);
  return !kind.required.some((name) => phones.has(name));
}
