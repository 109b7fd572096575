/** Decides from weekly opening hours and the current moment whether a business is open, and what comes next. */
import { parseTimeOfDay, zonedParts } from '../format/zone';

export interface OpeningHours {
  /** 1 is Monday. */
  day: number;
  start: string;
  end: string;
}

export type OpenState =
  | { kind: 'open'; until: string }
  /** `inDays` is 0 for later today, 1 for tomorrow, up to 7 for this weekday next week. */
  | { kind: 'closed'; opensAt: string; weekday: number; inDays: number }
  | { kind: 'unknown' };

export function decideOpenState(hours: readonly OpeningHours[], now: Date, zone: string): OpenState {
  const { weekday, minuteOfDay } = zonedParts(now, zone);
  const until = findClosingTime(hours, weekday, minuteOfDay);
  if (until !== null) return { kind: 'open', until };
  for (let inDays = 0; inDays <= 7; inDays += 1) {
    const day = ((weekday - 1 + inDays) % 7) + 1;
    const next = hoursOfDay(hours, day).find((span) => inDays > 0 || span.from > minuteOfDay);
    if (next) return { kind: 'closed', opensAt: next.start, weekday: day, inDays };
  }
  return { kind: 'unknown' };
}

/** Follows spans that touch (9-12 and 12-18 is open until 18), so the promised closing time is the real one. */
function findClosingTime(hours: readonly OpeningHours[], weekday: number, minute: number): string | null {
  let until: { to: number; end: string } | null = null;
  for (const span of hoursOfDay(hours, weekday)) {
    const contains = span.from <= minute && minute < span.to;
    const continues = until !== null && span.from <= until.to && span.to > until.to;
    if (contains || continues) until = { to: span.to, end: span.end };
  }
  return until?.end ?? null;
}

interface Span {
  from: number;
  to: number;
  start: string;
  end: string;
}

/** The day's spans in order, without those that cannot be read. */
export function hoursOfDay(hours: readonly OpeningHours[], weekday: number): Span[] {
  const spans: Span[] = [];
  for (const { day, start, end } of hours) {
    const from = parseTimeOfDay(start);
    const to = parseTimeOfDay(end);
    if (day === weekday && from !== null && to !== null && to > from) spans.push({ from, to, start, end });
  }
  return spans.sort((a, b) => a.from - b.from);
}
