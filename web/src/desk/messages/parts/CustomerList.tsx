/** The customers tab: everybody of this business, written to with one tap. */
import { Button, CopyButton, Skeleton, VisuallyHidden } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { must, userApi } from '~/api';
import { ErrorState, PersonAvatar, StateMessage } from '~/ui';
import { useStorefrontLink } from '../../useStorefrontLink';
import classes from '../messages.module.css';
import { useOpenConversation } from '../useOpenConversation';

const PAGE_CUSTOMERS = 100;
const ROW_HEIGHT = 58;
const ROWS_AROUND = 8;

export function CustomerList({ search }: { search: string }) {
  const { t } = useTranslation('desk');
  const link = useStorefrontLink();
  const open = useOpenConversation();
  const scroller = useRef<HTMLDivElement>(null);
  const query = useInfiniteQuery({
    queryKey: ['customers', 'list', search],
    queryFn: async ({ pageParam, signal }) => (await must(userApi.GET('/api/messages/customers', { params: { query: { ...(search ? { q: search } : {}), page: pageParam, limit: PAGE_CUSTOMERS } }, signal }))).customers,
    initialPageParam: 1,
    getNextPageParam: (last, pages) => (last.length < PAGE_CUSTOMERS ? undefined : pages.length + 1),
  });
  const rows = useMemo(() => query.data?.pages.flat() ?? [], [query.data]);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_HEIGHT, getItemKey: (index) => rows[index]?.id ?? index, overscan: ROWS_AROUND });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastShown >= rows.length - ROWS_AROUND) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastShown, rows.length]);

  if (query.error && !query.data) return <div className={classes['rows']}><ErrorState error={query.error} onRetry={() => void query.refetch()} /></div>;
  if (query.isPending) {
    return (
      <div className={classes['rows']} aria-hidden>
        {Array.from({ length: 9 }, (_, index) => <div key={index} className={classes['row']}><Skeleton circle height={36} width={36} style={{ flexShrink: 0 }} /><div className={classes['rowBody']}><Skeleton height={12} width={130} mt={4} /><Skeleton height={10} width={170} mt={8} /></div></div>)}
      </div>
    );
  }
  if (rows.length === 0) {
    return (
      <div className={classes['rows']}>
        {search ? (
          <StateMessage icon={<IconUsers size={22} stroke={1.5} />} title={t('messages.noCustomersFound')} />
        ) : (
          <StateMessage
            icon={<IconUsers size={22} stroke={1.5} />}
            tone="brand"
            title={t('messages.noCustomersTitle')}
            text={t('messages.noCustomersText')}
            action={<CopyButton value={link}>{({ copied, copy }) => <Button onClick={copy}>{copied ? t('settings.copied') : t('messages.copyLink')}</Button>}</CopyButton>}
          />
        )}
      </div>
    );
  }
  return (
    <div ref={scroller} className={classes['rows']}>
      <div role="list" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const customer = rows[item.index];
          return customer && (
            <div key={item.key} role="listitem" data-index={item.index} ref={virtual.measureElement} className={classes['rowPlace']} style={{ transform: `translateY(${item.start}px)` }}>
              <button type="button" className={classes['row']} onClick={() => void open(customer)}>
                <VisuallyHidden>{t(customer.hasConversation ? 'messages.hasThread' : 'messages.startWith', { name: customer.name })}: </VisuallyHidden>
                <PersonAvatar name={customer.name} size={36} />
                <div className={classes['rowBody']}>
                  <div className={classes['rowTop']}>
                    <span className={classes['rowName']}>{customer.name}</span>
                    {customer.unreadCount > 0 && <span className={classes['rowCount']}>{customer.unreadCount}</span>}
                  </div>
                  <span className={classes['rowWords']}>{[customer.email, customer.phone].filter(Boolean).join(' · ') || t('messages.guest')}</span>
                </div>
              </button>
            </div>
          );
        })}
      </div>
    </div>
  );
}
