/** What the sidebar knows of the events that its token stated: a list that each socket event changes. Pure. */

/** Events that are kept; the oldest go first. */
export const EVENTS_MAX = 50;
/** Failures that are kept for one event. */
export const FAILURES_MAX = 20;

export type Stage = 'accepted' | 'scheduled' | 'processing' | 'completed' | 'failed' | 'cancelled' | 'refused';

export interface Failure {
  delivery: string;
  words: string;
  willRetry: boolean;
}

export interface Item {
  id: string;
  type: string;
  stage: Stage;
  progress: number;
  total: number;
  done: number;
  error: string | null;
  failures: readonly Failure[];
}

type Body = Record<string, unknown>;

const STAGES: Record<string, Stage> = {
  pending: 'accepted',
  scheduled: 'scheduled',
  processing: 'processing',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

export const HEARD = ['event:acknowledged', 'event:progress', 'event:completed', 'event:failed', 'message:sent', 'message:failed'] as const;

export type Heard = (typeof HEARD)[number];

export const isOver = ({ stage }: Item): boolean => stage === 'completed' || stage === 'failed' || stage === 'cancelled' || stage === 'refused';

/** The list after an event; the same list when nothing is to be seen of it. */
export function hear(items: readonly Item[], event: Heard, body: unknown): readonly Item[] {
  if (typeof body !== 'object' || body === null) return items;
  const told = body as Body;
  if (event === 'event:failed' && typeof told['event_id'] !== 'string') return refuse(items, told);
  const id = text(told['event_id']);
  if (id === '') return items;
  const before = items.find((item) => item.id === id) ?? blank(id, text(told['event_type']));
  const after = change(before, event, told);
  if (after === before) return items;
  return items.includes(before) ? items.map((item) => (item === before ? after : item)) : [after, ...items].slice(0, EVENTS_MAX);
}

function change(item: Item, event: Heard, told: Body): Item {
  switch (event) {
    case 'event:acknowledged':
      return isOver(item) || item.progress > 0 ? item : { ...item, stage: stageOf(told) ?? 'accepted' };
    case 'event:progress': {
      const { total, done } = (told['deliveries'] ?? {}) as Body;
      return { ...item, stage: stageOf(told) ?? item.stage, progress: percent(told['progress']), total: count(total), done: count(done) };
    }
    case 'event:completed':
      return { ...item, stage: 'completed', progress: 100, done: item.total - failedOf(told) };
    case 'event:failed':
      return { ...item, stage: 'failed', progress: 100, error: text(told['error']) || null };
    case 'message:sent':
      return { ...item, failures: without(item, told) };
    case 'message:failed': {
      const failure = { delivery: text(told['delivery_id']), words: `${text(told['channel'])} ${text(told['recipient'])}: ${text(told['error'])}`, willRetry: told['will_retry'] === true };
      return { ...item, failures: [...without(item, told), failure].slice(-FAILURES_MAX) };
    }
  }
}

function refuse(items: readonly Item[], told: Body): readonly Item[] {
  const earlier = items.filter(({ stage }) => stage === 'refused').length;
  const item: Item = { ...blank(`refused-${items.length}-${earlier}-${Date.now()}`, text(told['event_type'])), stage: 'refused', error: wordsOf(told) || null };
  return [item, ...items].slice(0, EVENTS_MAX);
}

/** Which fields are wrong helps more than how many. */
function wordsOf(told: Body): string {
  const errors = Array.isArray(told['errors']) ? (told['errors'] as Body[]) : [];
  const named = errors.filter((error) => typeof error?.['field'] === 'string').map((error) => `${text(error['field'])} ${text(error['message'])}`);
  return named.slice(0, FAILURES_MAX).join('; ') || text(told['error']);
}

function blank(id: string, type: string): Item {
  return { id, type, stage: 'accepted', progress: 0, total: 0, done: 0, error: null, failures: [] };
}

const without = (item: Item, told: Body): Failure[] => item.failures.filter(({ delivery }) => delivery !== text(told['delivery_id']));
const stageOf = (told: Body): Stage | undefined => STAGES[text(told['status'])];
/** How many of the event's deliveries are lost for good. */
const failedOf = ({ result }: Body): number => count((result as Body | null | undefined)?.['failed']);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number => (typeof value === 'number' && value >= 0 ? value : 0);
const percent = (value: unknown): number => Math.min(100, Math.round(count(value)));
