/** The lines, newest first: pressing one reads it and leads to what it is about. */
import { ActionIcon, Button, Skeleton, Text, Title, UnstyledButton } from '@mantine/core';
import { IconBellOff, IconX } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Notice } from '~/api';
import { ErrorState, formatAgo, StateMessage } from '~/ui';
import { useBusinessZone, useRights } from '../../queries';
import { targetOf } from '../model';
import classes from '../notices.module.css';
import { noticesQuery, useNoticeMoves } from '../queries';

const SKELETON_ROWS = 4;

export function NoticeList({ unread, onLeave, hasTitle = false }: { unread: number; onLeave: () => void; hasTitle?: boolean }) {
  const { t } = useTranslation('desk');
  const query = useInfiniteQuery(noticesQuery);
  const moves = useNoticeMoves();
  const open = useOpen();
  const frame = useRef<HTMLDivElement>(null);
  const remove = (id: string) => {
    moves.remove.mutate(id);
    // The button goes with its line; whoever used it by keys stays in the list.
    frame.current?.focus();
  };
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <div ref={frame} tabIndex={-1} className={classes['frame']}>
      <header className={classes['head']}>
        {hasTitle && <Title order={2}>{t('notices.title')}</Title>}
        <span className={classes['spring']} />
        <Button variant="subtle" size="xs" disabled={unread === 0} onClick={() => moves.readAll.mutate()}>{t('notices.readAll')}</Button>
      </header>
      <div className={classes['list']}>
        {query.error && !query.data ? <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          : query.isPending ? <div aria-hidden>{Array.from({ length: SKELETON_ROWS }, (_, key) => <div key={key} className={classes['row']}><div className={classes['words']}><Skeleton height={13} width={`${45 + ((key * 17) % 30)}%`} /><Skeleton height={11} width="85%" mt={8} /></div></div>)}</div>
          : rows.length === 0 ? <StateMessage icon={<IconBellOff size={22} stroke={1.5} />} title={t('notices.emptyTitle')} text={t('notices.emptyText')} />
          : (
            <ul>
              {rows.map((notice) => (
                <li key={notice.id} className={classes['row']} data-unread={!notice.read || undefined}>
                  <Line
                    notice={notice}
                    onOpen={() => {
                      if (!notice.read) moves.read.mutate(notice.id);
                      if (open(notice)) onLeave();
                    }}
                  />
                  <ActionIcon size={36} aria-label={t('notices.remove', { title: notice.title })} onClick={() => remove(notice.id)}><IconX size={16} stroke={1.5} /></ActionIcon>
                </li>
              ))}
            </ul>
          )}
        {query.hasNextPage && <div className={classes['more']}><Button variant="default" size="xs" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('notices.more')}</Button></div>}
      </div>
    </div>
  );
}

function Line({ notice, onOpen }: { notice: Notice; onOpen: () => void }) {
  const { t } = useTranslation('desk');
  const zone = useBusinessZone();
  return (
    <UnstyledButton className={classes['words'] ?? ''} onClick={onOpen}>
      <span className={classes['top']}>
        {!notice.read && <span className={classes['dot']} role="img" aria-label={t('notices.unreadMark')} />}
        <strong>{notice.title}</strong>
        <time dateTime={notice.createdAt}>{formatAgo(notice.createdAt, zone)}</time>
      </span>
      <Text span size="xs" c="dimmed" lineClamp={3}>{notice.message}</Text>
    </UnstyledButton>
  );
}

/** Goes to what a line is about; false where there is no such place. */
function useOpen(): (notice: Notice) => boolean {
  const navigate = useNavigate();
  const { mayManage } = useRights();
  return (notice) => {
    const target = targetOf(notice, mayManage);
    if (target?.kind === 'appointment') void navigate({ to: '/dashboard/appointments', search: { open: target.id } });
    if (target?.kind === 'conversation') void navigate({ to: '/dashboard/messages/{-$conversationId}', params: { conversationId: target.id } });
    if (target?.kind === 'event') void navigate({ to: '/dashboard/events/$eventId', params: { eventId: target.id } });
    return target !== null;
  };
}
