/** The threads side by side: a row to swipe on phones, a list on wider screens. */
import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import * as format from '../../format/words';
import type { CustomerThread } from '../threads';
import classes from '../messages.module.css';

interface ThreadTabsProps {
  threads: CustomerThread[];
  open: CustomerThread | null;
  onChoose: (thread: CustomerThread) => void;
}

export function ThreadTabs({ threads, open, onChoose }: ThreadTabsProps) {
  const { t } = useTranslation('front');
  return (
    <nav aria-label={t('messages.threads')} className={classes.tabs}>
      {threads.map((thread) => (
        <button
          key={thread.appointmentId ?? 'direct'}
          type="button"
          className={classes.tab}
          aria-current={thread === open ? 'true' : undefined}
          onClick={() => onChoose(thread)}
        >
          <span className={classes.tabText}>
            <span className={classes.tabName}>
              {thread.appointmentId === null ? t('messages.direct') : (thread.visit?.service ?? t('messages.visit'))}
            </span>
            {thread.visit && <span className={classes.tabMeta}>{format.day(thread.visit.start, thread.visit.timezone)}</span>}
          </span>
          {thread.unread > 0 && (
            <Badge circle variant="filled" aria-label={t('messages.unread', { count: thread.unread })}>
              {thread.unread}
            </Badge>
          )}
        </button>
      ))}
    </nav>
  );
}
