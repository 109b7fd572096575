/**
 * The transcript, windowed: only what is near the viewport is in the document, older pages come in above without moving
 * what is read, and what arrives while somebody reads further up waits behind a pill.
 */
import { Button, Loader, Text } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '~/api';
import { dayKey, foreignZoneName, formatDay } from '~/ui';
import type { Viewer } from '../engine/chat';
import type { ThreadEngine, ThreadView } from '../engine/threadEngine';
import { buildRows, countMissingAtEnd, type InlineCard, type ThreadRow } from '../model/rows';
import type { OutboxEntry } from '../model/outbox';
import { Attachments } from './Attachments';
import { Bubble, PendingBubble, type BubbleActions } from './Bubble';
import { Linked } from './Linked';
import classes from './messaging.module.css';

const ROW_HEIGHT_GUESS = 64;
const ROWS_AROUND = 8;
/** This near to the end counts as being at it. */
const END_PIXELS = 80;
/** This near to the top the older page is asked for. */
const TOP_PIXELS = 400;
const HIGHLIGHT_MS = 1600;

interface Props extends Omit<BubbleActions, 'onQuoteClick' | 'onExpired'> {
  engine: ThreadEngine;
  view: ThreadView;
  viewer: Viewer;
  pending: readonly OutboxEntry[];
  cards?: readonly InlineCard[] | undefined;
  zone?: string | undefined;
  isLive: boolean;
  isCutOff: boolean;
  onRetry: (clientMessageId: string) => void;
  onDiscard: (clientMessageId: string) => void;
  /** Called when the newest message is on the screen. */
  onSeen?: ((message: Message) => void) | undefined;
}

const NO_CARDS: readonly InlineCard[] = [];

export function MessageList(props: Props) {
  const { engine, view, viewer, pending, cards = NO_CARDS, zone, onSeen } = props;
  const { t } = useTranslation('chat');
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(
    () => buildRows({ messages: view.messages, pending, cards, firstUnreadSeq: view.firstUnreadSeq, zone }),
    [view.messages, pending, cards, view.firstUnreadSeq, zone],
  );
  const byId = useMemo(() => new Map(view.messages.map((message) => [message.id, message])), [view.messages]);
  const getItemKey = useCallback((index: number) => rows[index]?.key ?? index, [rows]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_GUESS,
    getItemKey,
    overscan: ROWS_AROUND,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: END_PIXELS,
    paddingStart: 8,
    paddingEnd: 8,
  });

  const [isAtEnd, setIsAtEnd] = useState(true);
  const [highlighted, setHighlighted] = useState<string | null>(null);
  const hasPlaced = useRef(false);
  /** The end was really reached once; until then a scroll is the list finding its place, and nobody reading upwards. */
  const hasArrived = useRef(false);
  const seenSeq = useRef(0);
  const newest = view.messages.at(-1) ?? null;

  // The first look starts at the newest message.
  useEffect(() => {
    if (hasPlaced.current || rows.length === 0) return;
    hasPlaced.current = true;
    virtual.scrollToEnd();
  }, [rows.length, virtual]);

  // When the composer grows or the keyboard opens, who was at the end stays there.
  const atEnd = useRef(true);
  atEnd.current = isAtEnd;
  useEffect(() => {
    engine.isAtEnd = isAtEnd;
  }, [engine, isAtEnd]);
  // Rows are measured after they are drawn, and cards come later than messages: what grows must not push the end away.
  const totalSize = virtual.getTotalSize();
  useLayoutEffect(() => {
    if (hasPlaced.current && atEnd.current) virtual.scrollToEnd();
  }, [totalSize, virtual]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) virtual.scrollToEnd();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [virtual]);

  // My own message brings me down to it; anybody else's leaves me where I read.
  const lastOwn = pending.at(-1)?.clientMessageId;
  useEffect(() => {
    if (lastOwn) virtual.scrollToEnd();
  }, [lastOwn, virtual]);

  useEffect(() => {
    if (!newest || !isAtEnd) return;
    seenSeq.current = newest.seq;
    const tell = () => {
      if (document.visibilityState === 'visible' && document.hasFocus()) onSeen?.(newest);
    };
    tell();
    window.addEventListener('focus', tell);
    document.addEventListener('visibilitychange', tell);
    return () => {
      window.removeEventListener('focus', tell);
      document.removeEventListener('visibilitychange', tell);
    };
  }, [newest, isAtEnd, onSeen]);

  // With a connection what is missing is on its way, and gone before the words could be read.
  const showsMissing = props.isCutOff || view.catchUpFailed;
  const missingAtEnd = countMissingAtEnd(view.messages, Math.max(view.lastSeq, view.conversation?.lastSeq ?? 0));
  const waitingCount = isAtEnd ? 0 : view.messages.filter((message) => message.seq > seenSeq.current && message.senderId !== viewer.id).length;

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const isEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= END_PIXELS;
    hasArrived.current ||= isEnd;
    if (!hasArrived.current) {
      virtual.scrollToEnd();
      return;
    }
    setIsAtEnd(isEnd);
    if (element.scrollTop < TOP_PIXELS && hasPlaced.current && !view.olderError) void engine.loadOlder();
  };

  // A first page shorter than the pane cannot be scrolled, so the older one is asked for at once.
  const fits = totalSize <= (scroller.current?.clientHeight ?? 0);
  useEffect(() => {
    if (view.loaded && view.hasOlder && fits && !view.isLoadingOlder && !view.olderError) void engine.loadOlder();
  }, [view.loaded, view.hasOlder, fits, view.isLoadingOlder, view.olderError, engine]);

  const goToMessage = useCallback(
    (messageId: string) => {
      const index = rows.findIndex((row) => row.kind === 'message' && row.message.id === messageId);
      if (index < 0) return;
      virtual.scrollToIndex(index, { align: 'center' });
      setHighlighted(messageId);
      window.setTimeout(() => setHighlighted(null), HIGHLIGHT_MS);
    },
    [rows, virtual],
  );

  const refresh = useCallback(() => void engine.refresh(), [engine]);
  const renderRow = (row: ThreadRow) => {
    switch (row.kind) {
      case 'card':
        return <div className={classes['card']}>{row.card.node}</div>;
      case 'pending':
        return (
          <PendingBubble
            state={row.entry.state === 'waiting' && props.isLive ? 'sending' : row.entry.state}
            reason={row.entry.reason}
            quoted={row.entry.replyTo ? (byId.get(row.entry.replyTo) ?? null) : undefined}
            onRetry={() => props.onRetry(row.entry.clientMessageId)}
            onDiscard={() => props.onDiscard(row.entry.clientMessageId)}
          >
            <Attachments attachments={row.entry.attachments} onExpired={refresh} />
            {row.entry.content !== '' && <span className={classes['words']} dir="auto"><Linked text={row.entry.content} /></span>}
          </PendingBubble>
        );
      case 'message':
        return (
          <Bubble
            message={row.message}
            quoted={row.message.replyTo ? (byId.get(row.message.replyTo) ?? null) : null}
            isOurs={(row.message.senderType === 'customer') === (viewer.side === 'customer')}
            isMine={row.message.senderId === viewer.id}
            startsGroup={row.startsGroup}
            endsGroup={row.endsGroup}
            isHighlighted={highlighted === row.message.id}
            zone={zone}
            onReply={props.onReply}
            onEdit={props.onEdit}
            onDelete={props.onDelete}
            onQuoteClick={goToMessage}
            onExpired={refresh}
          />
        );
    }
  };

  return (
    <>
      <div className={classes['listFrame']}>
        <div ref={scroller} className={classes['list']} onScroll={onScroll} tabIndex={0} role="log" aria-label={t('messagesLabel')}>
          <div className={classes['top']}>
            {view.isLoadingOlder && <Loader size="xs" type="dots" aria-label={t('loadingOlder')} />}
            {view.olderError !== null && (
              <Button size="compact-xs" variant="default" onClick={() => void engine.loadOlder()}>{t('olderFailed')} {t('retry')}</Button>
            )}
            {view.loaded && !view.hasOlder && view.messages.length > 0 && <Text size="xs" c="dimmed">{t('beginning')}</Text>}
          </div>
          <div className={classes['sizer']} style={{ height: totalSize }}>
            {virtual.getVirtualItems().map((item) => (
              <div key={item.key} data-index={item.index} ref={virtual.measureElement} className={classes['item']} style={{ transform: `translateY(${item.start}px)` }}>
                {rows[item.index]?.dayAt && <DayDivider at={rows[item.index]!.dayAt!} zone={zone} />}
                {showsMissing && rows[item.index] && <MissingLine count={rows[item.index]!.missingBefore} />}
                {rows[item.index]?.isFirstUnread && <div className={classes['unread']} role="separator">{t('newDivider')}</div>}
                {rows[item.index] && renderRow(rows[item.index]!)}
              </div>
            ))}
          </div>
        </div>
        {!isAtEnd && (
          <Button className={classes['pill'] ?? ''} size="xs" radius="xl" variant={waitingCount > 0 ? 'filled' : 'default'} leftSection={<IconArrowDown size={14} stroke={2} />} onClick={() => virtual.scrollToEnd()} aria-label={waitingCount > 0 ? undefined : t('toNewest')}>
            {waitingCount > 0 ? t('newMessages', { count: waitingCount }) : null}
          </Button>
        )}
      </div>
      {showsMissing && missingAtEnd > 0 && <div className={classes['missingAtEnd']}><MissingLine count={missingAtEnd} /></div>}
    </>
  );
}

function DayDivider({ at, zone }: { at: string; zone?: string | undefined }) {
  const { t } = useTranslation('chat');
  const now = new Date();
  const yesterday = new Date(now.getTime() - 86_400_000);
  const key = dayKey(at, zone);
  const words = key === dayKey(now, zone) ? t('today') : key === dayKey(yesterday, zone) ? t('yesterday') : formatDay(at, zone);
  // Whose clock it is, where that is not the reader's.
  const foreign = zone ? foreignZoneName(zone, new Date(at)) : null;
  return <div className={classes['day']} role="separator"><span>{foreign ? `${words} · ${foreign}` : words}</span></div>;
}

/** Says that something stands here which this device does not have. */
function MissingLine({ count }: { count: number }) {
  const { t } = useTranslation('chat');
  if (count === 0) return null;
  return <div className={classes['day']} role="note"><span>{t('missing', { count })}</span></div>;
}
