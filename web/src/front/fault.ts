/** Says to a customer what went wrong, in the words of the page's language where we have them. */
import type { TFunction } from 'i18next';
import { Problem, toProblem } from '~/api';

export interface FaultWords {
  text: string;
  /** Something a person can quote to whoever helps; absent when no answer came at all. */
  requestId: string | null;
}

export function describeFault(fault: unknown, t: TFunction<'front'>): FaultWords {
  const problem = toProblem(fault);
  const { status, detail, requestId } = problem;
  if (status === 0) return { text: t('fault.network'), requestId };
  if (status === 429) return { text: t('fault.tooMany'), requestId };
  if (status >= 500) return { text: t('fault.unexpected'), requestId };
  return { text: detail, requestId };
}

export function isNotFound(fault: unknown): boolean {
  return fault instanceof Problem && fault.status === 404;
}

/** The server's message for each field it named, under the names the form uses. */
export function fieldFaults<Field extends string>(fault: unknown, names: Readonly<Record<string, Field>>): Partial<Record<Field, string>> {
  const faults: Partial<Record<Field, string>> = {};
  if (!(fault instanceof Problem)) return faults;
  for (const { field, message } of fault.errors) {
    const name = names[field];
    if (name) faults[name] = message;
  }
  return faults;
}
