/** The keys of other systems: what each may do, when it was used, when it ends. */
import { Badge, Button, Skeleton, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, type ApiKey } from '~/api';
import { formatDay, StateMessage, StateView } from '~/ui';
import { Card } from '../parts/Page';
import { SecretOnce } from '../parts/SecretOnce';
import { Door, SetupPage } from '../parts/SetupPage';
import { useBusinessZone } from '../queries';
import { KeyForm } from './parts/KeyForm';
import { SCOPES } from './scopes';
import classes from './keys.module.css';
import { useAgo } from '../parts/useAgo';

const SKELETON_ROWS = 3;

const keysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async ({ signal }) => (await must(userApi.GET('/api/api-keys', { signal }))).data,
});

export function KeysScreen() {
  return <Door needs="mayAdminister" place="keys"><Keys /></Door>;
}

function Keys() {
  const { t } = useTranslation('setup');
  const client = useQueryClient();
  const search = useSearch({ from: '/dashboard/keys' });
  const navigate = useNavigate({ from: '/dashboard/keys' });
  const query = useQuery(keysQuery);
  const [made, setMade] = useState<string | null>(null);
  const openNew = () => void navigate({ search: { new: true } });
  return (
    <SetupPage title={t('keys.title')} text={t('keys.text')} action={<Button leftSection={<IconPlus size={16} stroke={2} />} onClick={openNew}>{t('keys.new')}</Button>}>
      <StateView
        query={query}
        loading={<Card>{Array.from({ length: SKELETON_ROWS }, (_, key) => <div key={key} className={classes['row']} aria-hidden><div className={classes['what']}><Skeleton height={13} width={110 + ((key * 37) % 60)} /><Skeleton height={10} width="50%" mt={8} /></div><Skeleton height={12} width={90} /><Skeleton height={28} width={76} /></div>)}</Card>}
        isEmpty={(rows) => rows.length === 0}
        empty={<Card><StateMessage icon={<IconKey size={22} stroke={1.5} />} tone="brand" title={t('keys.emptyTitle')} text={t('keys.emptyText')} action={<Button onClick={openNew}>{t('keys.emptyAction')}</Button>} /></Card>}
      >
        {(rows) => <Card><ul className={classes['rows']} aria-label={t('keys.list')}>{rows.map((row) => <li key={row.id}><Row row={row} /></li>)}</ul></Card>}
      </StateView>
      {search.new && (
        <KeyForm
          onClose={() => void navigate({ search: {}, replace: true })}
          onMade={(key) => {
            setMade(key);
            void client.invalidateQueries({ queryKey: keysQuery.queryKey });
          }}
        />
      )}
      {made && <SecretOnce title={t('keys.secretTitle')} text={t('keys.secretText')} secret={made} onDone={() => setMade(null)} />}
    </SetupPage>
  );
}

function Row({ row }: { row: ApiKey }) {
  const { t } = useTranslation('setup');
  const ago = useAgo();
  const zone = useBusinessZone();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => must(userApi.DELETE('/api/api-keys/{id}', { params: { path: { id: row.id } } })),
    onSuccess: () => {
      notifications.show({ message: t('keys.revoked', { name: row.name }) });
      return client.invalidateQueries({ queryKey: keysQuery.queryKey });
    },
    onError: (error) => notifications.show({ color: 'red', title: t('failed'), message: toProblem(error).detail }),
  });
  const askRevoke = () =>
    modals.openConfirmModal({
      title: t('keys.revokeTitle', { name: row.name }),
      children: <Text size="sm">{t('keys.revokeText')}</Text>,
      labels: { confirm: t('keys.revokeConfirm'), cancel: t('keys.keep') },
      confirmProps: { color: 'red' },
      onConfirm: () => revoke.mutate(),
    });
  const isOver = row.expiresAt !== null && new Date(row.expiresAt).getTime() <= Date.now();
  const end = row.expiresAt === null ? t('keys.endless') : t(isOver ? 'keys.ended' : 'keys.ends', { when: formatDay(row.expiresAt, zone) });
  return (
    <div className={classes['row']}>
      <div className={classes['what']}>
        <div className={classes['name']}>
          <strong>{row.name}</strong>
          {isOver && <Badge color="red" size="sm" radius="xs">{t('keys.expired')}</Badge>}
        </div>
        <div className={classes['scopes']}>{SCOPES.filter(({ value }) => row.scopes.includes(value)).map(({ value, words }) => <Badge key={value} color="gray" size="sm" radius="xs">{t(`keys.scope.${words}`)}</Badge>)}</div>
        <span className={classes['meta']}><code title={t('keys.begins')}>{row.prefix}…</code></span>
      </div>
      <div className={classes['times']}>
        <span>{row.lastUsedAt ? t('keys.lastUsed', { when: ago(row.lastUsedAt) }) : t('keys.neverUsed')}</span>
        <span>{t('keys.made', { when: formatDay(row.createdAt, zone) })} · {end}</span>
      </div>
      <Button variant="default" color="red" loading={revoke.isPending} aria-label={t('keys.revokeOf', { name: row.name })} onClick={askRevoke}>{t('keys.revoke')}</Button>
    </div>
  );
}
