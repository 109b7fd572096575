/** Who changed what, when and from where: sentences, newest first, as far back as it goes. */
import { ActionIcon, Collapse, Select, Skeleton } from '@mantine/core';
import { DatePickerInput, type DatesRangeValue } from '@mantine/dates';
import { IconAdjustmentsHorizontal, IconFilterOff, IconHistory, IconRefresh } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addCatalog } from '~/i18n';
import { eventsEn } from '~/i18n/en/events';
import { addDays, dayKey, ErrorState, fromWallClock, StateMessage } from '~/ui';
import { LogList } from '../parts/LogList';
import { Card } from '../parts/Page';
import { Door } from '../parts/SetupPage';
import { useBusinessZone } from '../queries';
import type { AuditSearch } from '../routes';
import { SettingsFrame, useIsPhone } from '../settings/parts/SettingsFrame';
import { teamQuery } from '../team/calls';
import { auditActionsQuery, auditQuery, type AuditFilter } from './calls';
import classes from './audit.module.css';
import { AuditDrawer } from './parts/AuditDrawer';
import { AuditRow } from './parts/AuditRow';
import { plainAction } from './says';

// The list's own words.
addCatalog('events', eventsEn);

const FROM = '/dashboard/audit' as const;
const ROW_PIXELS = 56;
const SKELETON_ROWS = 9;

export function AuditScreen() {
  return <Door needs="mayAdminister" place="audit"><Audit /></Door>;
}

function Audit() {
  const { t } = useTranslation('team');
  const zone = useBusinessZone();
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const go = (change: Partial<AuditSearch>) => void navigate({ search: (known) => ({ ...known, ...change }), replace: true });
  const { actor, action, from, to } = search;
  const filter = useMemo<AuditFilter>(
    () => ({
      ...(actor ? { actor } : {}),
      ...(action ? { action } : {}),
      ...(from ? { from: fromWallClock(`${from} 00:00:00`, zone) } : {}),
      ...(to ? { to: fromWallClock(`${addDays(to, 1)} 00:00:00`, zone) } : {}),
    }),
    [actor, action, from, to, zone],
  );
  const isFiltered = Object.keys(filter).length > 0;
  const query = useInfiniteQuery(auditQuery(filter));
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows) ?? [], [query.data]);
  const [clearings, setClearings] = useState(0);
  const clear = () => {
    setClearings(clearings + 1);
    void navigate({ search: {}, replace: true });
  };
  const open = rows.find(({ id }) => id === search.open);
  return (
    <SettingsFrame place="audit" title={t('audit.title')} text={t('audit.text')} fills action={<ActionIcon variant="default" size={36} loading={query.isRefetching} aria-label={t('audit.refresh')} title={t('audit.refresh')} onClick={() => void query.refetch()}><IconRefresh size={18} stroke={1.5} /></ActionIcon>}>
      <Card className={classes['log']}>
        <Filters key={clearings} search={search} isFiltered={isFiltered} onChange={go} onClear={clear} />
        {query.error && !query.data ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : query.isPending ? (
          <RowsSkeleton />
        ) : rows.length === 0 ? (
          <StateMessage icon={isFiltered ? <IconFilterOff size={22} stroke={1.5} /> : <IconHistory size={22} stroke={1.5} />} title={t(isFiltered ? 'audit.noneTitle' : 'audit.emptyTitle')} text={t(isFiltered ? 'audit.noneText' : 'audit.emptyText')} />
        ) : (
          <LogList key={JSON.stringify(filter)} label={t('audit.title')} rows={rows} rowHeight={ROW_PIXELS} query={query} newWords={(count) => t('audit.new', { count })}>
            {(row) => <AuditRow entry={row} onOpen={() => go({ open: row.id })} />}
          </LogList>
        )}
      </Card>
      {open && <AuditDrawer entry={open} onClose={() => go({ open: undefined })} />}
    </SettingsFrame>
  );
}

interface FilterProps {
  search: AuditSearch;
  isFiltered: boolean;
  onChange: (change: Partial<AuditSearch>) => void;
  onClear: () => void;
}

function Filters(props: FilterProps) {
  const { t } = useTranslation('team');
  const isPhone = useIsPhone();
  const [isOpen, setIsOpen] = useState(props.isFiltered);
  const clear = props.isFiltered && <ActionIcon size={isPhone ? 44 : 32} aria-label={t('audit.clear')} title={t('audit.clear')} onClick={props.onClear}><IconFilterOff size={18} stroke={1.5} /></ActionIcon>;
  if (!isPhone) return <div className={classes['filters']}><Fields {...props} />{clear}</div>;
  return (
    <div className={classes['filters']}>
      <div className={classes['filterHead']}>
        <ActionIcon variant="default" size={44} aria-label={t('audit.filters')} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}><IconAdjustmentsHorizontal size={20} stroke={1.5} /></ActionIcon>
        {clear}
      </div>
      <Collapse expanded={isOpen}><div className={classes['fields']}><Fields {...props} /></div></Collapse>
    </div>
  );
}

function Fields({ search, onChange }: FilterProps) {
  const { t } = useTranslation('team');
  const zone = useBusinessZone();
  const members = useQuery(teamQuery).data?.members ?? [];
  const actions = useQuery(auditActionsQuery).data ?? [];
  const today = dayKey(new Date(), zone);
  const [days, setDays] = useState<DatesRangeValue<string>>([search.from ?? null, search.to ?? null]);
  const people = members.map(({ userId, name }) => ({ value: userId, label: name }));
  const known = search.action && !actions.includes(search.action) ? [search.action, ...actions] : actions;
  return (
    <>
      <Select value={search.actor ?? null} onChange={(value) => onChange({ actor: value ?? undefined })} searchable clearable placeholder={t('audit.anyActor')} aria-label={t('audit.actor')} data={people} className={classes['field'] ?? ''} />
      <Select value={search.action ?? null} onChange={(value) => onChange({ action: value ?? undefined })} searchable clearable placeholder={t('audit.anyAction')} aria-label={t('audit.action')} data={known.map((value) => ({ value, label: plainAction(value) }))} className={classes['field'] ?? ''} maxDropdownHeight={360} />
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
        placeholder={t('audit.days')}
        aria-label={t('audit.days')}
        presets={[
          { value: [today, today], label: t('audit.today') },
          { value: [addDays(today, -6), today], label: t('audit.week') },
          { value: [addDays(today, -29), today], label: t('audit.month') },
        ]}
        className={classes['field'] ?? ''}
      />
    </>
  );
}

function RowsSkeleton() {
  return (
    <div aria-hidden>
      {Array.from({ length: SKELETON_ROWS }, (_, key) => (
        <div key={key} className={classes['row']}>
          <Skeleton circle width={28} height={28} />
          <span className={classes['words']}><Skeleton height={12} width={`${45 + ((key * 17) % 35)}%`} /><Skeleton height={10} width={120} mt={8} /></span>
          <Skeleton height={12} width={48} />
        </div>
      ))}
    </div>
  );
}
