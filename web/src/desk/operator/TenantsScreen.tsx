/** Every business on this Frontdesk: found by a word, windowed, each with its drawer. */
import { Button, Select, Skeleton, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconBuildingStore, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { memo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addCatalog } from '~/i18n';
import { eventsEn } from '~/i18n/en/events';
import { ErrorState, formatAgo, formatDay, PersonAvatar, StateMessage } from '~/ui';
import { PageTitle } from '~/ui/PageTitle';
import { LogList } from '../parts/LogList';
import { Card } from '../parts/Page';
import { tenantsQuery, type Tenant, type TenantStatus } from './calls';
import classes from './operator.module.css';
import { StateBadge } from './parts/StateBadge';
import { TenantDrawer } from './parts/TenantDrawer';
import type { TenantsSearch } from './routes';

// The list's own words.
addCatalog('events', eventsEn);

const FROM = '/operator/tenants' as const;
const ROW_PIXELS = 60;
const TYPING_MS = 250;
const WORDS_CHARACTERS_MAX = 100;

export function TenantsScreen() {
  const { t } = useTranslation('operator');
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const go = (change: Partial<TenantsSearch>) => void navigate({ search: (known) => ({ ...known, ...change }), replace: true });
  const query = useInfiniteQuery(tenantsQuery(search.q ?? '', search.status ?? null));
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  const isFiltered = Boolean(search.q ?? search.status);
  const [clearings, setClearings] = useState(0);
  const clear = () => {
    setClearings(clearings + 1);
    void navigate({ search: {}, replace: true });
  };
  return (
    <div className={classes['page']} data-fills>
      <header className={classes['pageHead']}><div><PageTitle place={t('nav.title')}>{t('tenants.title')}</PageTitle><Text size="sm" c="dimmed">{t('tenants.text')}</Text></div></header>
      <Card className={classes['list']}>
        <Filters key={clearings} search={search} onChange={go} />
        {query.error && !query.data ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : query.isPending ? (
          <div aria-hidden>{Array.from({ length: 8 }, (_, key) => <div key={key} className={classes['row']}><Skeleton circle width={32} height={32} /><span className={classes['who']}><Skeleton height={12} width={120 + ((key * 37) % 80)} /><Skeleton height={10} width={160} mt={8} /></span></div>)}</div>
        ) : rows.length === 0 ? (
          <StateMessage icon={<IconBuildingStore size={22} stroke={1.5} />} title={t(isFiltered ? 'tenants.noneTitle' : 'tenants.emptyTitle')} text={t(isFiltered ? 'tenants.noneText' : 'tenants.emptyText')} action={isFiltered && <Button variant="default" onClick={clear}>{t('tenants.clear')}</Button>} />
        ) : (
          <LogList key={`${search.q}:${search.status}`} label={t('tenants.title')} rows={rows} rowHeight={ROW_PIXELS} query={query} newWords={String}>
            {(tenant) => <Row tenant={tenant} onOpen={() => go({ open: tenant.id })} />}
          </LogList>
        )}
      </Card>
      {search.open && <TenantDrawer key={search.open} id={search.open} known={rows.find(({ id }) => id === search.open)} onClose={() => go({ open: undefined })} />}
    </div>
  );
}

function Filters({ search, onChange }: { search: TenantsSearch; onChange: (change: Partial<TenantsSearch>) => void }) {
  const { t } = useTranslation('operator');
  const field = useRef<HTMLInputElement>(null);
  const setWords = useDebouncedCallback((words: string) => onChange({ q: words.trim() || undefined }), TYPING_MS);
  useHotkeys([['/', () => field.current?.focus()]]);
  return (
    <div className={classes['filters']}>
      <TextInput ref={field} type="search" className={classes['search'] ?? ''} defaultValue={search.q ?? ''} maxLength={WORDS_CHARACTERS_MAX} leftSection={<IconSearch size={16} stroke={1.5} />} placeholder={t('tenants.find')} aria-label={t('tenants.find')} onChange={(event) => setWords(event.currentTarget.value)} />
      <Select className={classes['state'] ?? ''} clearable value={search.status ?? null} onChange={(value) => onChange({ status: (value as TenantStatus | null) ?? undefined })} placeholder={t('tenants.all')} aria-label={t('tenants.status')} data={(['active', 'suspended'] as const).map((value) => ({ value, label: t(`tenants.${value}`) }))} />
    </div>
  );
}

const Row = memo(function Row({ tenant, onOpen }: { tenant: Tenant; onOpen: () => void }) {
  const { t } = useTranslation('operator');
  return (
    <UnstyledButton className={classes['row'] ?? ''} data-row onClick={onOpen}>
      <PersonAvatar name={tenant.name} size={32} />
      <span className={classes['who']}><strong>{tenant.name}</strong><span>{tenant.owner ? `${tenant.owner.name} · ${tenant.owner.email}` : t('tenants.noOwner')}</span></span>
      <span className={classes['counts']}><span>{t('tenant.members', { count: tenant.members })}</span><span>{t('tenant.customers', { count: tenant.customers })}</span></span>
      <span className={classes['counts']}><span>{t('tenant.since', { when: formatDay(tenant.createdAt) })}</span><span>{tenant.lastActiveAt ? t('tenant.active', { when: formatAgo(tenant.lastActiveAt) }) : t('tenants.never')}</span></span>
      <StateBadge isSuspended={tenant.suspendedAt !== null} />
    </UnstyledButton>
  );
}, (one, other) => one.tenant === other.tenant);
