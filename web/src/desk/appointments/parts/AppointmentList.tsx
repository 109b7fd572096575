/** Appointments as rows: by default from today on, filtered by status and staff, read page by page, windowed. */
import { Button, Group, Select, Skeleton } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { IconCalendarOff } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, userApi, type Appointment, type AppointmentStatus } from '~/api';
import { useLiveEvent, userLive } from '~/live';
import { dayKey, ErrorState, formatDayAndClock, formatDuration, formatMoney, fromWallClock, PersonAvatar, StateMessage } from '~/ui';
import { providersQuery, useBusinessZone } from '../../queries';
import classes from '../appointments.module.css';
import { staffColor } from '../staffColors';
import { StatusBadge } from './StatusBadge';

const PAGE_ROWS = 100;
const ROW_HEIGHT = 56;
const ROWS_AROUND = 10;
const STATUSES: readonly AppointmentStatus[] = ['pending', 'confirmed', 'in_progress', 'completed', 'cancelled', 'rejected', 'no_show'];

export function AppointmentList({ onOpen, onNew }: { onOpen: (id: string) => void; onNew: () => void }) {
  const { t } = useTranslation('desk');
  const zone = useBusinessZone();
  const client = useQueryClient();
  const providers = useQuery(providersQuery);
  const [status, setStatus] = useState<string | null>(null);
  const [staffId, setStaffId] = useState<string | null>(null);
  const [from, setFrom] = useState<string | null>(dayKey(new Date(), zone));
  const filter = useMemo(
    () => ({ ...(from ? { from: fromWallClock(`${from} 00:00:00`, zone) } : {}), ...(status ? { status } : {}), ...(staffId ? { staffId } : {}) }),
    [from, status, staffId, zone],
  );
  const query = useInfiniteQuery({
    queryKey: ['appointment-rows', filter],
    queryFn: async ({ pageParam, signal }) => (await must(userApi.GET('/api/appointments', { params: { query: { ...filter, page: pageParam, limit: PAGE_ROWS } }, signal }))).data,
    initialPageParam: 1,
    getNextPageParam: (last, pages) => (last.length < PAGE_ROWS ? undefined : pages.length + 1),
  });
  // Rows change in place; where they stand is asked for again, without emptying the list.
  const refresh = () => void client.invalidateQueries({ queryKey: ['appointment-rows'] });
  useLiveEvent(userLive, 'appointment_created', refresh);
  useLiveEvent(userLive, 'appointment_updated', refresh);
  useLiveEvent(userLive, 'appointment_confirmed', refresh);
  useLiveEvent(userLive, 'appointment_rejected', refresh);
  useLiveEvent(userLive, 'appointment_completed', refresh);
  useLiveEvent(userLive, 'appointment_cancelled', refresh);

  const rows = useMemo(() => query.data?.pages.flat() ?? [], [query.data]);
  return (
    <section className={classes['list']}>
      <Group gap="xs" p="sm" className={classes['listFilters'] ?? ''}>
        <DatePickerInput value={from} onChange={setFrom} clearable valueFormat="[From] D MMM YYYY" firstDayOfWeek={1} miw={170} placeholder={t('appointments.date')} />
        <Select value={status} onChange={setStatus} clearable placeholder={t('appointments.anyStatus')} aria-label={t('appointments.status')} data={STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))} miw={140} />
        {(providers.data?.length ?? 0) > 1 && <Select value={staffId} onChange={setStaffId} clearable placeholder={t('appointments.allStaff')} aria-label={t('appointments.staff')} data={(providers.data ?? []).map((provider) => ({ value: provider.id, label: provider.name }))} miw={140} />}
      </Group>
      {query.error && !query.data ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <div>{Array.from({ length: 8 }, (_, key) => <div key={key} className={classes['listRow']}><Skeleton circle width={32} height={32} /><span className={classes['listWho']}><Skeleton height={12} width={110 + ((key * 37) % 50)} /><Skeleton height={10} width={90 + ((key * 53) % 60)} mt={8} /></span><Skeleton className={classes['listWhen'] ?? ''} height={12} width={110} /><Skeleton className={classes['listStaff'] ?? ''} height={12} width={90} /><Skeleton className={classes['listPrice'] ?? ''} height={12} width={70} ml="auto" /><Skeleton height={18} width={72} radius="xl" /></div>)}</div>
      ) : rows.length === 0 ? (
        <StateMessage icon={<IconCalendarOff size={22} stroke={1.5} />} tone="brand" title={t('appointments.emptyTitle')} text={t('appointments.emptyText')} action={<Button onClick={onNew}>{t('appointments.emptyAction')}</Button>} />
      ) : (
        <Rows rows={rows} query={query} colorOf={(id) => staffColor(providers.data, id)} onOpen={onOpen} />
      )}
    </section>
  );
}

interface RowsProps {
  rows: Appointment[];
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  colorOf: (staffId: string) => string;
  onOpen: (id: string) => void;
}

function Rows({ rows, query, colorOf, onOpen }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_HEIGHT, getItemKey: (index) => rows[index]?.id ?? index, overscan: ROWS_AROUND });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastShown >= rows.length - ROWS_AROUND) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastShown, rows.length]);
  return (
    <div ref={scroller} className={classes['listRows']}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const row = rows[item.index];
          return row && (
            <button key={item.key} type="button" data-index={item.index} ref={virtual.measureElement} className={classes['listRow']} style={{ position: 'absolute', insetInline: 0, transform: `translateY(${item.start}px)`, ['--staff' as string]: colorOf(row.staffId) }} onClick={() => onOpen(row.id)}>
              <PersonAvatar name={row.customer.name} size={32} />
              <span className={classes['listWho']}><strong>{row.customer.name}</strong><span>{row.service} · {formatDuration(row.durationMinutes)}</span></span>
              <time className={classes['listWhen']} dateTime={row.start}>{formatDayAndClock(row.start, row.timezone)}</time>
              <span className={classes['listStaff']}><i aria-hidden />{row.staffName}</span>
              <span className={classes['listPrice']}>{formatMoney(row.price)}</span>
              <StatusBadge status={row.status} />
            </button>
          );
        })}
      </div>
    </div>
  );
}
