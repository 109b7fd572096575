/** Everything the sidebar says. */
import type { Item, Stage } from './model';

export type Connection = 'idle' | 'connecting' | 'connected' | 'refused';

const STAGES: Record<Stage, string> = {
  accepted: 'Accepted',
  scheduled: 'Waits for its time',
  processing: 'Under way',
  completed: 'Done',
  failed: 'Failed',
  cancelled: 'Called off',
  refused: 'Refused',
};

const CONNECTIONS: Record<Connection, string> = {
  idle: 'Not connected',
  connecting: 'Connecting…',
  connected: 'Live',
  refused: 'Not connected: the token was refused',
};

export const words = {
  title: 'Events',
  close: 'Close',
  empty: 'Nothing was sent from this page yet.',
  unnamed: 'Event',
  again: 'will be tried again',
  stage: (stage: Stage): string => STAGES[stage],
  connection: (state: Connection): string => CONNECTIONS[state],
  open: (running: number): string => (running === 0 ? 'Events' : `Events, ${running} under way`),
  progress: (item: Item): string => `${item.type || words.unnamed}: ${item.progress}%`,
  deliveries: ({ done, total }: Item): string => (total === 0 ? '' : `${done} of ${total} sent`),
  over: (item: Item): string => `${item.type || words.unnamed}: ${STAGES[item.stage]}${item.error ? `, ${item.error}` : ''}`,
};
