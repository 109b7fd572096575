/** Every delivery by state and channel; what was given up can be sent again, one, some, or all of a time. */
import { Button, Select, Skeleton, TextInput } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconFilterOff, IconMailCheck, IconRefresh, IconSearch, IconSend } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChannelKind, Delivery, DeliveryFilter, DeliveryStatus } from '~/api';
import { LiveLine } from '~/features/messaging';
import { userLive } from '~/live';
import { ErrorState, StateMessage } from '~/ui';
import { useLiveDeliveries } from '../events/live';
import { mayResend } from '../events/model/deliveries';
import { deliveriesQuery } from '../events/queries';
import frame from '../events/events.module.css';
import { DeskTitle } from '../parts/DeskTitle';
import { LogList } from '../parts/LogList';
import { ManagersOnly, SpineNav } from '../parts/SpineNav';
import type { DeliveriesSearch } from '../routes';
import classes from './deliveries.module.css';
import { BulkBar } from './parts/BulkBar';
import { DeliveryRow } from './parts/DeliveryRow';
import { ReplayWindow } from './parts/ReplayWindow';

const FROM = '/dashboard/deliveries' as const;
const ROW_HEIGHT = 57;
const TYPING_MS = 250;
const SKELETON_ROWS = 9;
const RECIPIENT_CHARACTERS_MAX = 320;
/** In the order in which they want somebody. */
const VIEWS: readonly (DeliveryStatus | 'all')[] = ['all', 'dead', 'failed', 'held', 'pending', 'sending', 'sent', 'delivered', 'cancelled'];
const CHANNELS: readonly ChannelKind[] = ['email', 'sms', 'whatsapp', 'webhook', 'inapp'];

export function DeliveriesScreen() {
  return <ManagersOnly place="events"><Deliveries /></ManagersOnly>;
}

function Deliveries() {
  const { t } = useTranslation('events');
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const go = (change: Partial<DeliveriesSearch>) => void navigate({ search: (known) => ({ ...known, ...change }), replace: true });
  const filter = useMemo<DeliveryFilter>(
    () => ({ ...(search.status ? { status: search.status } : {}), ...(search.channel ? { channel: search.channel } : {}), ...(search.recipient ? { recipient: search.recipient } : {}) }),
    [search],
  );
  const isFiltered = Object.keys(filter).length > 0;
  const query = useInfiniteQuery(deliveriesQuery(filter));
  const reread = useLiveDeliveries(filter);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows) ?? [], [query.data]);
  const [clearings, setClearings] = useState(0);
  const showAll = () => {
    setClearings(clearings + 1);
    void navigate({ search: {}, replace: true });
  };
  const [isReplaying, setIsReplaying] = useState(false);
  return (
    <div className={frame['page']}>
      <SpineNav />
      <header className={frame['header']}>
        <DeskTitle>{t('deliveries.title')}</DeskTitle>
        <LiveLine connection={userLive} />
        <span className={frame['spring']} />
        <Button variant="default" leftSection={<IconRefresh size={16} stroke={1.5} />} title={t('deliveries.replayTitle')} onClick={() => setIsReplaying(true)}>{t('deliveries.replay')}</Button>
      </header>
      <section className={frame['list']} aria-label={t('deliveries.title')}>
        <Filters key={clearings} search={search} onChange={go} />
        {query.error && !query.data ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : query.isPending ? (
          <RowsSkeleton />
        ) : rows.length === 0 ? (
          <Nothing search={search} isFiltered={isFiltered} onShowAll={showAll} />
        ) : (
          <Rows key={JSON.stringify(filter)} rows={rows} query={query} onDone={reread} />
        )}
      </section>
      {isReplaying && <ReplayWindow channel={search.channel ?? null} onClose={() => setIsReplaying(false)} onDone={reread} />}
    </div>
  );
}

function Rows({ rows, query, onDone }: { rows: Delivery[]; query: Parameters<typeof LogList>[0]['query']; onDone: () => void }) {
  const { t } = useTranslation('events');
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  // What was sent again meanwhile, here or elsewhere, is no longer picked.
  const resendable = rows.filter((row) => mayResend(row.status));
  const chosen = resendable.filter((row) => picked.has(row.id));
  const toggle = useCallback((id: string) => {
    setPicked((known) => {
      const next = new Set(known);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  return (
    <>
      {resendable.length > 0 && <BulkBar resendable={resendable} chosen={chosen} onPick={(ids) => setPicked(new Set(ids))} onDone={onDone} />}
      <LogList label={t('deliveries.title')} rows={rows} rowHeight={ROW_HEIGHT} query={query} newWords={(count) => t('deliveries.new', { count })}>
        {(row) => <DeliveryRow delivery={row} isPicked={picked.has(row.id)} onPick={toggle} />}
      </LogList>
    </>
  );
}

function Filters({ search, onChange }: { search: DeliveriesSearch; onChange: (change: Partial<DeliveriesSearch>) => void }) {
  const { t } = useTranslation('events');
  const field = useRef<HTMLInputElement>(null);
  const setRecipient = useDebouncedCallback((text: string) => onChange({ recipient: text.trim() || undefined }), TYPING_MS);
  useHotkeys([['/', () => field.current?.focus()]]);
  const view = search.status ?? 'all';
  return (
    <div className={classes['filters']}>
      <div className={classes['views']} role="group" aria-label={t('deliveries.views')}>
        {VIEWS.map((name) => (
          <button key={name} type="button" className={classes['view']} aria-pressed={view === name} onClick={() => onChange({ status: name === 'all' ? undefined : name })}>
            {name === 'all' ? t('deliveries.all') : t(`deliveryStatus.${name}`)}
          </button>
        ))}
      </div>
      <div className={classes['fields']}>
        <Select value={search.channel ?? null} onChange={(value) => onChange({ channel: (value as ChannelKind | null) ?? undefined })} clearable placeholder={t('deliveries.any')} aria-label={t('deliveries.channel')} data={CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))} w={150} />
        <TextInput ref={field} type="search" defaultValue={search.recipient ?? ''} maxLength={RECIPIENT_CHARACTERS_MAX} leftSection={<IconSearch size={16} stroke={1.5} />} placeholder={t('deliveries.recipient')} aria-label={t('deliveries.recipient')} onChange={(event) => setRecipient(event.currentTarget.value)} />
      </div>
    </div>
  );
}

function Nothing({ search, isFiltered, onShowAll }: { search: DeliveriesSearch; isFiltered: boolean; onShowAll: () => void }) {
  const { t } = useTranslation('events');
  if (!isFiltered) {
    return <StateMessage icon={<IconSend size={22} stroke={1.5} />} tone="brand" title={t('deliveries.emptyTitle')} text={t('deliveries.emptyText')} action={<Button renderRoot={(props) => <Link {...props} to="/dashboard/developers" />}>{t('list.emptyAction')}</Button>} />;
  }
  const showAll = <Button variant="default" onClick={onShowAll}>{t('deliveries.showAll')}</Button>;
  if (search.status === 'dead' && !search.recipient) return <StateMessage icon={<IconMailCheck size={22} stroke={1.5} />} tone="brand" title={t('deliveries.noneTitle.dead')} text={t('deliveries.noneDead')} action={showAll} />;
  return <StateMessage icon={<IconFilterOff size={22} stroke={1.5} />} title={search.status ? t(`deliveries.noneTitle.${search.status}`) : t('list.noneTitle')} text={t('deliveries.noneText')} action={showAll} />;
}

function RowsSkeleton() {
  return (
    <div aria-hidden>
      {Array.from({ length: SKELETON_ROWS }, (_, key) => (
        <div key={key} className={classes['row']}>
          <Skeleton height={16} width={16} />
          <Skeleton height={18} width={18} circle />
          <span className={frame['rowWhat']}><Skeleton height={12} width={130 + ((key * 37) % 60)} maw="100%" /><Skeleton height={10} width={90 + ((key * 53) % 60)} maw="100%" mt={8} /></span>
          <span className={classes['why']}><Skeleton height={12} width="60%" /></span>
          <span className={classes['badge']}><Skeleton height={18} width={76} radius="xl" /></span>
          <time><Skeleton height={12} width={44} /></time>
        </div>
      ))}
    </div>
  );
}
