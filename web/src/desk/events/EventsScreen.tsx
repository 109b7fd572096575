/** The log of everything that happened, alive: what comes appears on top, what is under way moves. */
import { ActionIcon, Button, Collapse, Group, Select, Skeleton, TextInput } from '@mantine/core';
import { DatePickerInput, type DatesRangeValue } from '@mantine/dates';
import { useDebouncedCallback, useHotkeys, useMediaQuery } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconBolt, IconFilterOff, IconSearch, IconSend } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EventFilter, EventStatus } from '~/api';
import { LiveLine } from '~/features/messaging';
import { userLive } from '~/live';
import { addDays, dayKey, ErrorState, fromWallClock, StateMessage } from '~/ui';
import { DeskTitle } from '../parts/DeskTitle';
import { LogList } from '../parts/LogList';
import { ManagersOnly, SpineNav } from '../parts/SpineNav';
import { useBusinessZone } from '../queries';
import type { EventsSearch } from '../routes';
import classes from './events.module.css';
import { useLiveEvents } from './live';
import { EventRowLink } from './parts/EventRowLink';
import { eventKindsQuery, eventsQuery } from './queries';

const FROM = '/dashboard/events' as const;
const STATUSES: readonly EventStatus[] = ['pending', 'scheduled', 'processing', 'completed', 'failed', 'cancelled'];
const ROW_HEIGHT = 57;
const TYPING_MS = 250;
const SEARCH_CHARACTERS_MAX = 100;
const SKELETON_ROWS = 9;

export function EventsScreen() {
  return <ManagersOnly place="events"><Events /></ManagersOnly>;
}

function Events() {
  const { t } = useTranslation('events');
  const zone = useBusinessZone();
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const go = (change: Partial<EventsSearch>) => void navigate({ search: (known) => ({ ...known, ...change }), replace: true });
  const filter = useMemo<EventFilter>(
    () => ({
      ...(search.type ? { type: search.type } : {}),
      ...(search.status ? { status: search.status } : {}),
      ...(search.q ? { q: search.q } : {}),
      ...(search.from ? { from: fromWallClock(`${search.from} 00:00:00`, zone) } : {}),
      ...(search.to ? { to: fromWallClock(`${addDays(search.to, 1)} 00:00:00`, zone) } : {}),
    }),
    [search, zone],
  );
  const isFiltered = Object.keys(filter).length > 0;
  const query = useInfiniteQuery(eventsQuery(filter));
  useLiveEvents(filter);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows) ?? [], [query.data]);
  // What is being typed or picked begins anew when everything is cleared.
  const [clearings, setClearings] = useState(0);
  const clear = () => {
    setClearings(clearings + 1);
    void navigate({ search: {}, replace: true });
  };

  return (
    <div className={classes['page']}>
      <SpineNav />
      <header className={classes['header']}>
        <DeskTitle>{t('list.title')}</DeskTitle>
        <LiveLine connection={userLive} />
        <span className={classes['spring']} />
        <Button leftSection={<IconSend size={16} stroke={1.75} />} renderRoot={(props) => <Link {...props} to="/dashboard/developers" />}>{t('list.send')}</Button>
      </header>
      <section className={classes['list']} aria-label={t('list.title')}>
        <Filters key={clearings} search={search} isFiltered={isFiltered} onChange={go} onClear={clear} />
        {query.error && !query.data ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : query.isPending ? (
          <RowsSkeleton />
        ) : rows.length === 0 && isFiltered ? (
          <StateMessage icon={<IconFilterOff size={22} stroke={1.5} />} title={t('list.noneTitle')} text={t('list.noneText')} action={<Button variant="default" onClick={clear}>{t('list.clear')}</Button>} />
        ) : rows.length === 0 ? (
          <StateMessage icon={<IconBolt size={22} stroke={1.5} />} tone="brand" title={t('list.emptyTitle')} text={t('list.emptyText')} action={<Button renderRoot={(props) => <Link {...props} to="/dashboard/developers" />}>{t('list.emptyAction')}</Button>} />
        ) : (
          <LogList key={JSON.stringify(filter)} label={t('list.title')} rows={rows} rowHeight={ROW_HEIGHT} query={query} newWords={(count) => t('list.new', { count })}>
            {(row) => <EventRowLink event={row} />}
          </LogList>
        )}
      </section>
    </div>
  );
}

interface FilterProps {
  search: EventsSearch;
  isFiltered: boolean;
  onChange: (change: Partial<EventsSearch>) => void;
  onClear: () => void;
}

function Filters({ search, isFiltered, onChange, onClear }: FilterProps) {
  const { t } = useTranslation('events');
  const isPhone = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false }) ?? false;
  const [isOpen, setIsOpen] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const setText = useDebouncedCallback((text: string) => onChange({ q: text.trim() || undefined }), TYPING_MS);
  useHotkeys([['/', () => field.current?.focus()]]);
  const more = <MoreFilters search={search} onChange={onChange} />;
  return (
    <div className={classes['filters']}>
      <Group gap="xs" wrap="nowrap" flex={1} miw={0}>
        <TextInput ref={field} type="search" className={classes['search'] ?? ''} defaultValue={search.q ?? ''} maxLength={SEARCH_CHARACTERS_MAX} leftSection={<IconSearch size={16} stroke={1.5} />} placeholder={t('list.search')} aria-label={t('list.search')} onChange={(event) => setText(event.currentTarget.value)} />
        {isPhone && <ActionIcon variant="default" size={44} aria-label={t('list.filters')} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}><IconAdjustmentsHorizontal size={20} stroke={1.5} /></ActionIcon>}
        {isFiltered && <ActionIcon size={isPhone ? 44 : 32} aria-label={t('list.clear')} title={t('list.clear')} onClick={onClear}><IconFilterOff size={18} stroke={1.5} /></ActionIcon>}
      </Group>
      {isPhone ? <Collapse expanded={isOpen}><div className={classes['moreFilters']}>{more}</div></Collapse> : <div className={classes['moreFilters']}>{more}</div>}
    </div>
  );
}

function MoreFilters({ search, onChange }: Pick<FilterProps, 'search' | 'onChange'>) {
  const { t } = useTranslation('events');
  const zone = useBusinessZone();
  const kinds = useQuery(eventKindsQuery);
  const today = dayKey(new Date(), zone);
  const [days, setDays] = useState<DatesRangeValue<string>>([search.from ?? null, search.to ?? null]);
  const types = useMemo(() => {
    const groups = new Map<string, string[]>();
    // What is one person's own matter is in no list; webhooks do not hear of it either.
    for (const { category, name } of (kinds.data ?? []).filter(({ channels }) => channels.includes('webhook'))) groups.set(category, [...(groups.get(category) ?? []), name]);
    const known = [...groups].map(([group, items]) => ({ group, items }));
    const isKnown = !search.type || (kinds.data ?? []).some(({ name }) => name === search.type);
    return isKnown ? known : [{ group: t('list.type'), items: [search.type!] }, ...known];
  }, [kinds.data, search.type, t]);
  return (
    <>
      <Select value={search.type ?? null} onChange={(value) => onChange({ type: value ?? undefined })} searchable clearable placeholder={t('list.anyType')} aria-label={t('list.type')} data={types} maxDropdownHeight={360} w={190} comboboxProps={{ width: 240 }} />
      <Select value={search.status ?? null} onChange={(value) => onChange({ status: (value as EventStatus | null) ?? undefined })} clearable placeholder={t('list.anyStatus')} aria-label={t('list.status')} data={STATUSES.map((value) => ({ value, label: t(`eventStatus.${value}`) }))} w={140} />
      <DatePickerInput
        type="range"
        allowSingleDateInRange
        value={days}
        onChange={(range) => {
          setDays(range);
          const [from, to] = range;
          if (from && to) onChange({ from, to });
          if (!from && !to) onChange({ from: undefined, to: undefined });
        }}
        clearable
        valueFormat="D MMM"
        firstDayOfWeek={1}
        maxDate={today}
        placeholder={t('list.anyDay')}
        presets={[
          { value: [today, today], label: t('list.today') },
          { value: [addDays(today, -6), today], label: t('list.week') },
          { value: [addDays(today, -29), today], label: t('list.month') },
        ]}
        w={170}
      />
    </>
  );
}

function RowsSkeleton() {
  return (
    <div aria-hidden>
      {Array.from({ length: SKELETON_ROWS }, (_, key) => (
        <div key={key} className={classes['row']}>
          <span className={classes['rowWhat']}><Skeleton height={12} width={120 + ((key * 37) % 60)} /><Skeleton height={10} width={90 + ((key * 53) % 60)} mt={8} /></span>
          <span className={classes['rowBar']}><Skeleton height={6} radius="xl" /></span>
          <span className={classes['rowBadge']}><Skeleton height={18} width={76} radius="xl" /></span>
          <Skeleton className={classes['rowTime'] ?? ''} height={12} width={48} />
        </div>
      ))}
    </div>
  );
}
