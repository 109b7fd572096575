/**
 * A growing log, newest first: windowed, read further as one scrolls. New rows slide in on top; while the reader has
 * scrolled away they wait behind a line that says how many there are, so that nothing jumps.
 */
import { Button, Loader } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '~/ui';
import classes from './LogList.module.css';

const ROWS_AROUND = 8;
/** Closer to the top than this one reads the newest. */
const TOP_PIXELS = 24;

interface Props<Row extends { id: string }> {
  label: string;
  rows: readonly Row[];
  rowHeight: number;
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; isFetchNextPageError: boolean; error: unknown; fetchNextPage: () => unknown };
  newWords: (count: number) => string;
  children: (row: Row) => ReactNode;
}

export function LogList<Row extends { id: string }>({ label, rows, rowHeight, query, newWords, children }: Props<Row>) {
  const { t } = useTranslation('events');
  const scroller = useRef<HTMLDivElement>(null);
  // The newest row there was when the reader left the top.
  const [anchor, setAnchor] = useState<string | null>(null);
  const held = anchor === null ? 0 : Math.max(0, rows.findIndex((row) => row.id === anchor));
  const shown = held === 0 ? rows : rows.slice(held);
  const virtual = useVirtualizer({ count: shown.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, getItemKey: (index) => shown[index]?.id ?? index, overscan: ROWS_AROUND });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError && lastShown >= shown.length - ROWS_AROUND) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, lastShown, shown.length]);
  useRowKeys(scroller);

  const showNew = () => {
    setAnchor(null);
    scroller.current?.scrollTo({ top: 0 });
  };
  return (
    <div className={classes['frame']}>
      {held > 0 && <Button className={classes['pill'] ?? ''} size="xs" radius="xl" leftSection={<IconArrowUp size={14} stroke={2} />} onClick={showNew}>{newWords(held)}</Button>}
      <div
        ref={scroller}
        className={classes['rows']}
        onScroll={({ currentTarget }) => {
          const isAway = currentTarget.scrollTop > TOP_PIXELS;
          setAnchor((known) => (isAway ? (known ?? rows[0]?.id ?? null) : null));
        }}
      >
        <div role="list" aria-label={label} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const row = shown[item.index];
            return row && (
              <div key={item.key} role="listitem" data-index={item.index} ref={virtual.measureElement} className={classes['place']} style={{ transform: `translateY(${item.start}px)` }}>
                {children(row)}
              </div>
            );
          })}
        </div>
        {isFetchingNextPage && <div className={classes['more']} role="status"><Loader size="xs" type="dots" /> <span className="visually-hidden">{t('nextPage')}</span></div>}
        {isFetchNextPageError && <div className={classes['more']}><ErrorState isSmall title={t('list.moreFailed')} error={query.error} onRetry={() => void fetchNextPage()} /></div>}
      </div>
    </div>
  );
}

/** j and k move from row to row, as in the inbox. */
function useRowKeys(scroller: React.RefObject<HTMLDivElement | null>): void {
  const step = (by: number) => {
    const links = [...(scroller.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])].sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
    const at = links.findIndex((link) => link === document.activeElement || link.contains(document.activeElement));
    const next = links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };
  useHotkeys([
    ['j', () => step(1)],
    ['k', () => step(-1)],
  ]);
}
