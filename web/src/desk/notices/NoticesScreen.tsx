/** Everything that was told to the reader: by kind, unread ones alone, as far back as it goes. */
import { Button, Select } from '@mantine/core';
import { IconBellOff, IconFilterOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { NoticeSkeleton } from '~/features/notices/NoticeRow';
import { NOTICE_CATEGORIES, type NoticeCategory } from '~/features/preferences/categories';
import { addCatalog } from '~/i18n';
import { eventsEn } from '~/i18n/en/events';
import { ErrorState, StateMessage } from '~/ui';
import { DeskTitle } from '../parts/DeskTitle';
import { LogList } from '../parts/LogList';
import type { NoticeFilter } from './model';
import classes from './notices.module.css';
import { NoticeLine } from './parts/NoticeLine';
import { noticesQuery, useNoticeMoves, useUnread } from './queries';
import { useRemovals } from './removal';

// The list's own words.
addCatalog('events', eventsEn);

const FROM = '/dashboard/notices' as const;
const ROW_PIXELS = 62;
const SKELETON_ROWS = 9;

export function NoticesScreen() {
  const { t } = useTranslation('notices');
  const { unread, category } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const go = (change: { unread?: true | undefined; category?: NoticeCategory | undefined }) => void navigate({ search: (known) => ({ ...known, ...change }), replace: true });
  const filter = useMemo<NoticeFilter>(() => ({ ...(unread ? { unread } : {}), ...(category ? { category } : {}) }), [unread, category]);
  const query = useInfiniteQuery(noticesQuery(filter));
  const moves = useNoticeMoves();
  const waiting = useUnread();
  const { isGone } = useRemovals();
  const rows = (query.data?.pages.flatMap((page) => page.rows) ?? []).filter(({ id }) => !isGone(id));
  const isFiltered = unread !== undefined || category !== undefined;
  return (
    <div className={classes['page']}>
      <header className={classes['pageHead']}>
        <DeskTitle>{t('centre.title')}</DeskTitle>
        <span className={classes['spring']} />
        <Button variant="default" renderRoot={(props) => <Link {...props} to="/dashboard/preferences" />}>{t('centre.preferences')}</Button>
      </header>
      <section className={classes['log']} aria-label={t('centre.list')}>
        <div className={classes['filters']}>
          <div className={classes['views']} role="group" aria-label={t('centre.filter')}>
            <button type="button" className={classes['view']} aria-pressed={!unread} onClick={() => go({ unread: undefined })}>{t('centre.all')}</button>
            <button type="button" className={classes['view']} aria-pressed={unread === true} onClick={() => go({ unread: true })}>{t('centre.unread')}{waiting > 0 ? ` (${waiting})` : ''}</button>
          </div>
          <Select value={category ?? null} onChange={(value) => go({ category: (value as NoticeCategory | null) ?? undefined })} clearable placeholder={t('centre.anyCategory')} aria-label={t('centre.category')} data={NOTICE_CATEGORIES.map((value) => ({ value, label: t(`category.${value}`) }))} className={classes['kind'] ?? ''} />
          {waiting > 0 && <Button variant="subtle" onClick={() => moves.readAll.mutate()}>{t('centre.readAll')}</Button>}
        </div>
        {query.error && !query.data ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : query.isPending ? (
          <NoticeSkeleton rows={SKELETON_ROWS} />
        ) : rows.length === 0 && !isFiltered ? (
          <StateMessage icon={<IconBellOff size={22} stroke={1.5} />} tone="brand" title={t('centre.emptyTitle')} text={t('centre.emptyText')} />
        ) : rows.length === 0 ? (
          <StateMessage icon={<IconFilterOff size={22} stroke={1.5} />} title={t(unread && !category ? 'centre.allRead' : 'centre.noneTitle')} text={t(unread && !category ? 'centre.allReadText' : 'centre.noneText')} action={<Button variant="default" onClick={() => void navigate({ search: {}, replace: true })}>{t('centre.showAll')}</Button>} />
        ) : (
          <LogList key={JSON.stringify(filter)} label={t('centre.list')} rows={rows} rowHeight={ROW_PIXELS} query={query} newWords={(count) => t('centre.new', { count })}>
            {(notice) => <div className={classes['logRow']}><NoticeLine notice={notice} moves={moves} canRead /></div>}
          </LogList>
        )}
      </section>
    </div>
  );
}
