/** The bell's list: the newest lines, and the way to all of them. */
import { Button, SegmentedControl, Title } from '@mantine/core';
import { IconBellOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NoticeSkeleton } from '~/features/notices/NoticeRow';
import { ErrorState, StateMessage } from '~/ui';
import classes from '../notices.module.css';
import { noticesQuery, useNoticeMoves } from '../queries';
import { useRemovals } from '../removal';
import { NoticeLine } from './NoticeLine';

const SKELETON_ROWS = 4;
/** What a drawer shows; the page has them all. */
const SHOWN_MAX = 60;

export function NoticeList({ unread, onLeave, hasTitle = false }: { unread: number; onLeave: () => void; hasTitle?: boolean }) {
  const { t } = useTranslation('notices');
  const [view, setView] = useState<'all' | 'unread'>('all');
  const query = useInfiniteQuery(noticesQuery(view === 'unread' ? { unread: true } : {}));
  const moves = useNoticeMoves();
  const { isGone } = useRemovals();
  const frame = useRef<HTMLDivElement>(null);
  const rows = (query.data?.pages.flatMap((page) => page.rows) ?? []).filter(({ id }) => !isGone(id)).slice(0, SHOWN_MAX);
  return (
    <div ref={frame} tabIndex={-1} className={classes['frame']}>
      <header className={classes['head']}>
        {hasTitle && <Title order={2}>{t('centre.title')}</Title>}
        <SegmentedControl size="xs" aria-label={t('centre.filter')} value={view} onChange={(next) => setView(next as typeof view)} data={[{ value: 'all', label: t('centre.all') }, { value: 'unread', label: t('centre.unread') }]} />
        <span className={classes['spring']} />
        <Button variant="subtle" size="xs" disabled={unread === 0} onClick={() => moves.readAll.mutate()}>{t('centre.readAll')}</Button>
      </header>
      <div className={classes['list']}>
        {query.error && !query.data ? <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          : query.isPending ? <NoticeSkeleton rows={SKELETON_ROWS} />
          : rows.length === 0 ? <StateMessage icon={<IconBellOff size={22} stroke={1.5} />} title={t(view === 'unread' ? 'centre.allRead' : 'centre.emptyTitle')} text={t(view === 'unread' ? 'centre.allReadText' : 'centre.emptyText')} />
          : (
            <ul>
              {rows.map((notice) => (
                <li key={notice.id}>
                  {/* The button goes with its line; whoever used it by keys stays in the list. */}
                  <NoticeLine notice={notice} moves={moves} onLeave={onLeave} onRemoved={() => frame.current?.focus()} />
                </li>
              ))}
            </ul>
          )}
      </div>
      <footer className={classes['foot']}>
        <Button variant="subtle" size="xs" onClick={onLeave} renderRoot={(props) => <Link {...props} to="/dashboard/notices" />}>{t('centre.open')}</Button>
        <Button variant="subtle" size="xs" onClick={onLeave} renderRoot={(props) => <Link {...props} to="/dashboard/preferences" />}>{t('centre.preferences')}</Button>
      </footer>
    </div>
  );
}
