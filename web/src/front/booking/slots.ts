/**
 * Free times as a person picks them: one button per start time, grouped by part of the day on the business's clock.
 * The server answers one slot per staff member; which of them takes an "any staff" booking is its decision.
 */
import { zonedParts } from '../format/zone';

export interface Slot {
  start: string;
  end: string;
  staffId?: string | null;
  staffName?: string | null;
}

export type PartOfDay = 'morning' | 'afternoon' | 'evening';

export interface SlotGroup {
  part: PartOfDay;
  slots: Slot[];
}

const NOON_MINUTES = 12 * 60;
const EVENING_MINUTES = 17 * 60;

export function groupSlots(slots: readonly Slot[], zone: string): SlotGroup[] {
  const groups: Record<PartOfDay, Slot[]> = { morning: [], afternoon: [], evening: [] };
  for (const slot of distinctStarts(slots)) groups[partOfDay(slot.start, zone)].push(slot);
  return (['morning', 'afternoon', 'evening'] as const)
    .filter((part) => groups[part].length > 0)
    .map((part) => ({ part, slots: groups[part] }));
}

export function partOfDay(start: string, zone: string): PartOfDay {
  const { minuteOfDay } = zonedParts(start, zone);
  if (minuteOfDay < NOON_MINUTES) return 'morning';
  return minuteOfDay < EVENING_MINUTES ? 'afternoon' : 'evening';
}

/** Earliest first, one per start. */
export function distinctStarts(slots: readonly Slot[]): Slot[] {
  const byStart = new Map<number, Slot>();
  for (const slot of slots) {
    const at = Date.parse(slot.start);
    if (!Number.isNaN(at) && !byStart.has(at)) byStart.set(at, slot);
  }
  return [...byStart.entries()].sort(([a], [b]) => a - b).map(([, slot]) => slot);
}

export interface StaffChoice {
  id: string;
  name: string;
}

/** The people named by free times, by name; somebody without a name cannot be offered as a choice. */
export function findStaffChoices(slots: readonly Slot[]): StaffChoice[] {
  const names = new Map<string, string>();
  for (const { staffId, staffName } of slots) if (staffId && staffName) names.set(staffId, staffName);
  return [...names].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name));
}
