/** Where everything stands in the picture of an event: its card, a card per recipient, a line per delivery, and the edges. */
import type { DeliveryDetail, DeliveryStatus } from '~/api';
import { layAxis, type Axis } from './axis';

export const LINE_HEIGHT = 48;
export const GROUP_GAP = 12;
/** More than this is no picture any more; the rest is told as a number. */
export const LINES_MAX = 24;

export type MarkKind = 'good' | 'arrived' | 'slowed' | 'failed' | 'planned' | 'running';

export interface Mark {
  kind: MarkKind;
  place: number;
  key: string;
}

export interface Line {
  delivery: DeliveryDetail;
  top: number;
  marks: Mark[];
}

export interface Group {
  /** The first address of whoever it is. */
  recipient: string;
  lines: Line[];
  /** The middle of the group's card. */
  middle: number;
}

export interface Flow {
  groups: Group[];
  height: number;
  axis: Axis;
  left: number;
}

/** What needs somebody first, so that it is never what is left out. */
const URGENCY: Record<DeliveryStatus, number> = { dead: 0, failed: 1, held: 2, sending: 3, pending: 4, cancelled: 5, sent: 6, delivered: 7 };

/** `whose` says who is behind an address; what it gives the same for stands together. */
export function layFlow(deliveries: readonly DeliveryDetail[], start: string, now: number, whose: (recipient: string) => string = (recipient) => recipient): Flow {
  const start_ms = new Date(start).getTime();
  const shown = chooseLines(deliveries);
  const axis = layAxis(Math.max(0, ...shown.map((delivery) => longest(delivery, start_ms))));
  const groups: Group[] = [];
  let top = 0;
  for (const members of groupByPerson(shown, whose)) {
    if (groups.length > 0) top += GROUP_GAP;
    const first = top;
    const lines = members.map((delivery) => {
      const line = { delivery, top, marks: markLine(delivery, axis, start_ms, now) };
      top += LINE_HEIGHT;
      return line;
    });
    groups.push({ recipient: members[0]?.recipient ?? '', lines, middle: (first + top) / 2 });
  }
  return { groups, height: top, axis, left: deliveries.length - shown.length };
}

/** Those outside first, then the own people, then other systems. */
function rankOf({ recipient }: DeliveryDetail): number {
  if (recipient.startsWith('whk_')) return 2;
  return recipient.startsWith('user_') ? 1 : 0;
}

function chooseLines(deliveries: readonly DeliveryDetail[]): DeliveryDetail[] {
  const inOrder = [...deliveries].sort((a, b) => rankOf(a) - rankOf(b) || a.id.localeCompare(b.id));
  if (inOrder.length <= LINES_MAX) return inOrder;
  const urgent = [...inOrder].sort((a, b) => URGENCY[a.status] - URGENCY[b.status]).slice(0, LINES_MAX);
  const chosen = new Set(urgent);
  return inOrder.filter((delivery) => chosen.has(delivery));
}

function groupByPerson(deliveries: readonly DeliveryDetail[], whose: (recipient: string) => string): DeliveryDetail[][] {
  const groups = new Map<string, DeliveryDetail[]>();
  for (const delivery of deliveries) {
    const person = whose(delivery.recipient);
    const known = groups.get(person);
    if (known) known.push(delivery);
    else groups.set(person, [delivery]);
  }
  return [...groups.values()];
}

function longest(delivery: DeliveryDetail, start_ms: number): number {
  const moments = delivery.attempts_log.map((attempt) => attempt.ended_at);
  if (delivery.next_attempt_at && delivery.status === 'failed') moments.push(delivery.next_attempt_at);
  return Math.max(0, ...moments.map((moment) => new Date(moment).getTime() - start_ms));
}

const MARK_OF: Record<DeliveryStatus, MarkKind> = { pending: 'slowed', held: 'slowed', sending: 'running', sent: 'good', delivered: 'arrived', failed: 'failed', dead: 'failed', cancelled: 'slowed' };

function markLine(delivery: DeliveryDetail, axis: Axis, start_ms: number, now: number): Mark[] {
  const marks: Mark[] = delivery.attempts_log.map((attempt) => ({
    kind: MARK_OF[attempt.outcome],
    place: axis.place(new Date(attempt.ended_at).getTime() - start_ms),
    key: `try-${attempt.number}`,
  }));
  if (delivery.status === 'failed' && delivery.next_attempt_at) marks.push({ kind: 'planned', place: axis.place(new Date(delivery.next_attempt_at).getTime() - start_ms), key: 'next' });
  if (delivery.status === 'sending') marks.push({ kind: 'running', place: axis.place(now - start_ms), key: 'now' });
  if (delivery.status === 'delivered' && !marks.some((mark) => mark.kind === 'arrived')) marks.push({ kind: 'arrived', place: axis.place(new Date(delivery.finished_at ?? delivery.updated_at).getTime() - start_ms), key: 'arrived' });
  return marks;
}

/** A soft line between two points. */
export function edge(fromX: number, fromY: number, toX: number, toY: number): string {
  const bend = (toX - fromX) / 2;
  return `M${fromX},${fromY} C${fromX + bend},${fromY} ${toX - bend},${toY} ${toX},${toY}`;
}
