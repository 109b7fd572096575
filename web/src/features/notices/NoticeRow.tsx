/** What happened, when, and whether it was read; pressing it leads on. What else may be done with it stands beside it. */
import { Skeleton, Text, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Notice } from '~/api';
import { formatAgo, formatDayAndClock } from '~/ui/time';
import classes from './notice.module.css';

interface Props {
  notice: Notice;
  zone: string;
  onPress: () => void;
  /** For customers, who have the whole page for it; the desk cuts long words and lists more of them. */
  isRoomy?: boolean;
  children: ReactNode;
}

const LINES_MAX = 3;

export function NoticeRow({ notice, zone, onPress, isRoomy = false, children }: Props) {
  const { t } = useTranslation('notices');
  return (
    <div className={classes['row']} data-unread={!notice.read || undefined} data-roomy={isRoomy || undefined}>
      <UnstyledButton className={classes['words'] ?? ''} data-row onClick={onPress}>
        <span className={classes['top']}>
          {!notice.read && <span className={classes['dot']} role="img" aria-label={t('centre.unreadMark')} />}
          <strong>{notice.title}</strong>
          <time dateTime={notice.createdAt} title={formatDayAndClock(notice.createdAt, zone)}>{formatAgo(notice.createdAt, zone)}</time>
        </span>
        <Text span size={isRoomy ? 'sm' : 'xs'} c="dimmed" {...(isRoomy ? {} : { lineClamp: LINES_MAX })}>{notice.message}</Text>
      </UnstyledButton>
      {children}
    </div>
  );
}

/** The lines before they are there. */
export function NoticeSkeleton({ rows, isRoomy = false }: { rows: number; isRoomy?: boolean }) {
  return (
    <div role="status" aria-busy="true">
      {Array.from({ length: rows }, (_, key) => (
        <div key={key} className={classes['row']} data-roomy={isRoomy || undefined} aria-hidden>
          <div className={classes['words']}><Skeleton height={13} width={`${45 + ((key * 17) % 30)}%`} /><Skeleton height={11} width="85%" mt={8} /></div>
        </div>
      ))}
    </div>
  );
}
