/** The rows of the inbox, windowed, with older pages fetched as one scrolls; messages that match a search below them. */
import { Button, Skeleton, Text } from '@mantine/core';
import { IconInbox, IconMessagePlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { must, userApi, type Conversation, type MessageHit } from '~/api';
import { userChat, type useConversations } from '~/features/messaging';
import { ErrorState, formatAgo, StateMessage } from '~/ui';
import classes from '../messages.module.css';
import { ConversationRow } from './ConversationRow';

const ROW_HEIGHT_GUESS = 72;
const ROWS_AROUND = 6;
/** The top rows join their rooms, so that typing and new words show in the list at once. */
const JOINED_ROWS_MAX = 20;
const HITS_MAX = 8;

interface Props {
  query: ReturnType<typeof useConversations>;
  rows: Conversation[];
  search: string;
  selectedId: string | null;
  isFiltered: boolean;
  onShowAll: () => void;
  /** Absent for those who may not see all customers. */
  onPickCustomer: (() => void) | undefined;
}

export function ConversationList({ query, rows, search, selectedId, isFiltered, onShowAll, onPickCustomer }: Props) {
  const { t } = useTranslation('desk');
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_GUESS,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: ROWS_AROUND,
  });
  useJoinedRooms(rows);

  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastShown >= rows.length - ROWS_AROUND) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastShown, rows.length]);

  const selectedIndex = rows.findIndex((row) => row.id === selectedId);
  const shownFor = useRef<string | null>(null);
  useEffect(() => {
    // Only a new choice scrolls the list; an event that moves the chosen row does not.
    if (selectedIndex < 0 || shownFor.current === selectedId) return;
    shownFor.current = selectedId;
    virtual.scrollToIndex(selectedIndex, { align: 'auto' });
  }, [selectedId, selectedIndex, virtual]);

  if (query.isPending && !query.error) return <RowsSkeleton />;
  if (query.error && !query.data) return <div className={classes['rows']}><ErrorState error={query.error} onRetry={() => void query.refetch()} /></div>;
  if (rows.length === 0 && !search) {
    return (
      <div className={classes['rows']}>
        {isFiltered ? (
          <StateMessage icon={<IconInbox size={22} stroke={1.5} />} title={t('messages.noneFiltered')} text={t('messages.noneFilteredText')} action={<Button variant="default" onClick={onShowAll}>{t('messages.showAll')}</Button>} />
        ) : (
          <StateMessage icon={<IconMessagePlus size={22} stroke={1.5} />} tone="brand" title={t('messages.noneTitle')} text={t('messages.noneText')} action={onPickCustomer && <Button onClick={onPickCustomer}>{t('messages.noneAction')}</Button>} />
        )}
      </div>
    );
  }
  return (
    <div ref={scroller} className={classes['rows']}>
      <div role="list" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const row = rows[item.index];
          return row && (
            <div key={item.key} role="listitem" data-index={item.index} ref={virtual.measureElement} className={classes['rowPlace']} style={{ transform: `translateY(${item.start}px)` }}>
              <ConversationRow row={row} isSelected={row.id === selectedId} />
            </div>
          );
        })}
      </div>
      {search && <MessageHits search={search} hasRows={rows.length > 0} onShowAll={onShowAll} />}
    </div>
  );
}

/** Joins the rooms of the top rows while they are on the page. */
function useJoinedRooms(rows: Conversation[]): void {
  const ids = rows.slice(0, JOINED_ROWS_MAX).map((row) => row.id).sort().join(' ');
  const held = useRef(new Map<string, () => void>());
  useEffect(() => {
    const wanted = new Set(ids.split(' ').filter(Boolean));
    for (const [id, release] of held.current) {
      if (wanted.has(id)) continue;
      release();
      held.current.delete(id);
    }
    for (const id of wanted) if (!held.current.has(id)) held.current.set(id, userChat.rooms.hold(id));
  }, [ids]);
  useEffect(() => {
    const rooms = held.current;
    return () => {
      for (const release of rooms.values()) release();
      rooms.clear();
    };
  }, []);
}

function MessageHits({ search, hasRows, onShowAll }: { search: string; hasRows: boolean; onShowAll: () => void }) {
  const { t } = useTranslation('desk');
  const hits = useQuery({
    queryKey: ['message-search', search],
    queryFn: async ({ signal }) => (await must(userApi.GET('/api/messages/search', { params: { query: { q: search, limit: HITS_MAX } }, signal }))).results,
    enabled: search.length >= 2,
  });
  if (hits.error) return <ErrorState error={hits.error} onRetry={() => void hits.refetch()} />;
  if (!hits.data?.length) {
    return hasRows || hits.isFetching ? null : <StateMessage icon={<IconInbox size={22} stroke={1.5} />} title={t('messages.noneFiltered')} text={t('messages.noneFilteredText')} action={<Button variant="default" onClick={onShowAll}>{t('messages.showAll')}</Button>} />;
  }
  return (
    <>
      <Text className={classes['hitsTitle'] ?? ''} size="xs" fw={600}>{t('messages.results')}</Text>
      {hits.data.map((hit) => <Hit key={hit.message.id} hit={hit} />)}
    </>
  );
}

function Hit({ hit }: { hit: MessageHit }) {
  return (
    <Link className={classes['row']} to="/dashboard/messages/{-$conversationId}" params={{ conversationId: hit.conversationId }}>
      <div className={classes['rowBody']}>
        <div className={classes['rowTop']}>
          <span className={classes['rowName']}>{hit.conversationName}</span>
          <time className={classes['rowTime']} dateTime={hit.message.timestamp}>{formatAgo(hit.message.timestamp)}</time>
        </div>
        <span className={classes['hitWords']}><Marked text={hit.message.content} marks={hit.highlights} /></span>
      </div>
    </Link>
  );
}

/** Highlights count Unicode scalar values, as the server does, so the text is cut by code points. */
function Marked({ text, marks }: { text: string; marks: MessageHit['highlights'] }) {
  const points = [...text];
  const first = marks[0];
  if (!first) return <>{text}</>;
  const from = Math.max(0, first.start - 24);
  return (
    <>
      {from > 0 && '…'}
      {points.slice(from, first.start).join('')}
      <mark>{points.slice(first.start, first.end).join('')}</mark>
      {points.slice(first.end).join('')}
    </>
  );
}

function RowsSkeleton() {
  return (
    <div className={classes['rows']} aria-hidden>
      {Array.from({ length: 8 }, (_, index) => (
        <div key={index} className={classes['row']}>
          <Skeleton circle height={38} width={38} style={{ flexShrink: 0 }} />
          <div className={classes['rowBody']}>
            <Skeleton height={12} width={110 + ((index * 37) % 60)} mt={4} />
            <Skeleton height={10} width={150 + ((index * 53) % 70)} mt={10} />
          </div>
        </div>
      ))}
    </div>
  );
}
