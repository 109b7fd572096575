/** What the business told the customer, newest first; pressing a line reads it and leads to what it is about. */
import { ActionIcon, Button, Title } from '@mantine/core';
import { IconBellOff, IconX } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Business, Notice } from '~/api';
import { NoticeRow, NoticeSkeleton } from '~/features/notices/NoticeRow';
import { Fault } from '~/features/security/parts/Fault';
import { ErrorState, StateMessage } from '~/ui/StateView';
import { noticesQuery, unreadQuery, useLiveNotices, useNoticeMoves } from '../queries';
import classes from './NoticeList.module.css';

const SKELETON_ROWS = 3;

interface Props {
  customerId: string;
  business: Pick<Business, 'slug' | 'timezone'>;
}

export function NoticeList({ customerId, business }: Props) {
  const { t } = useTranslation('notices');
  const query = useInfiniteQuery(noticesQuery(customerId));
  const unread = useQuery(unreadQuery(customerId)).data ?? 0;
  const moves = useNoticeMoves(customerId);
  useLiveNotices(customerId);
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <section aria-labelledby="front-notices">
      <div className={classes['head']}>
        <Title order={2} id="front-notices">{t('centre.told')}</Title>
        {unread > 0 && <Button variant="subtle" onClick={() => moves.readAll.mutate()}>{t('centre.readAll')}</Button>}
      </div>
      <Fault error={moves.read.error ?? moves.readAll.error ?? moves.remove.error} />
      <div className={classes['box']}>
        {query.error && !query.data ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : query.isPending ? (
          <NoticeSkeleton isRoomy rows={SKELETON_ROWS} />
        ) : rows.length === 0 ? (
          <StateMessage icon={<IconBellOff size={22} stroke={1.5} aria-hidden />} tone="brand" title={t('centre.emptyTitle')} text={t('centre.customerEmpty')} />
        ) : (
          <ul className={classes['rows']} aria-labelledby="front-notices">
            {rows.map((notice) => <li key={notice.id}><Line notice={notice} business={business} onRead={() => moves.read.mutate(notice.id)} onRemove={() => moves.remove.mutate(notice.id)} /></li>)}
          </ul>
        )}
      </div>
      {query.hasNextPage && <Button variant="default" mt="sm" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('centre.more')}</Button>}
    </section>
  );
}

function Line({ notice, business, onRead, onRemove }: { notice: Notice; business: Props['business']; onRead: () => void; onRemove: () => void }) {
  const { t } = useTranslation('notices');
  const navigate = useNavigate();
  const isAboutChat = notice.category.toLowerCase() === 'messages';
  const press = () => {
    if (!notice.read) onRead();
    void navigate({ to: isAboutChat ? '/client/messages' : '/client', search: { business: business.slug } });
  };
  return (
    <NoticeRow isRoomy notice={notice} zone={business.timezone} onPress={press}>
      <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('centre.remove', { title: notice.title })} onClick={onRemove}><IconX size={18} stroke={1.5} /></ActionIcon>
    </NoticeRow>
  );
}
