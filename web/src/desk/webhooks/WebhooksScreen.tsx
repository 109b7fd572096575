/** The addresses that hear of events, and how each is doing. */
import { Button, Skeleton } from '@mantine/core';
import { IconChevronRight, IconPlus, IconWebhook } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Webhook, WebhookWithSecret } from '~/api';
import { formatDayAndClock, StateMessage, StateView } from '~/ui';
import { Card } from '../parts/Page';
import { SecretOnce } from '../parts/SecretOnce';
import { Door, SetupPage } from '../parts/SetupPage';
import { useBusinessZone } from '../queries';
import { EVERY, hostOf, stateOf } from './model';
import { StateBadge } from './parts/StateBadge';
import { WebhookForm } from './parts/WebhookForm';
import { webhooksQuery } from './queries';
import classes from './webhooks.module.css';

const SKELETON_ROWS = 4;

export function WebhooksScreen() {
  return <Door needs="mayManage" place="webhooks"><Webhooks /></Door>;
}

function Webhooks() {
  const { t } = useTranslation('setup');
  const search = useSearch({ from: '/dashboard/webhooks' });
  const navigate = useNavigate({ from: '/dashboard/webhooks' });
  const query = useQuery(webhooksQuery);
  const [made, setMade] = useState<WebhookWithSecret | null>(null);
  const openNew = () => void navigate({ search: { new: true } });
  return (
    <SetupPage title={t('webhooks.title')} text={t('webhooks.text')} action={<Button leftSection={<IconPlus size={16} stroke={2} />} onClick={openNew}>{t('webhooks.new')}</Button>}>
      <StateView
        query={query}
        loading={<Card>{Array.from({ length: SKELETON_ROWS }, (_, key) => <div key={key} className={classes['row']} aria-hidden><div className={classes['what']}><Skeleton height={13} width={150 + ((key * 37) % 80)} /><Skeleton height={10} width="60%" mt={8} /></div><Skeleton height={18} width={64} radius="xl" /></div>)}</Card>}
        isEmpty={(rows) => rows.length === 0}
        empty={<Card><StateMessage icon={<IconWebhook size={22} stroke={1.5} />} tone="brand" title={t('webhooks.emptyTitle')} text={t('webhooks.emptyText')} action={<Button onClick={openNew}>{t('webhooks.emptyAction')}</Button>} /></Card>}
      >
        {(rows) => <Card><ul className={classes['rows']} aria-label={t('webhooks.list')}>{rows.map((row) => <li key={row.id}><Row webhook={row} /></li>)}</ul></Card>}
      </StateView>
      {search.new && <WebhookForm webhook={null} onClose={() => void navigate({ search: {}, replace: true })} onCreated={setMade} />}
      {made && <SecretOnce title={t('webhooks.secretTitle')} text={t('webhooks.secretText')} secret={made.secret} onDone={() => void navigate({ to: '/dashboard/webhooks/$webhookId', params: { webhookId: made.id } })} />}
    </SetupPage>
  );
}

function Row({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('setup');
  const zone = useBusinessZone();
  const state = stateOf(webhook);
  const known = webhook.disabledCode === 'RECEIVER_GONE' || webhook.disabledCode === 'FAILING' ? webhook.disabledCode : 'other';
  const heard = webhook.events.includes(EVERY) ? t('webhooks.all') : t('webhooks.count', { count: webhook.events.length });
  const trouble = state === 'failing' && webhook.failingSince
    ? t('webhooks.failingSince', { when: formatDayAndClock(webhook.failingSince, zone) })
    : state === 'disabled' ? t(`webhooks.disabled.${known}`) : null;
  return (
    <Link to="/dashboard/webhooks/$webhookId" params={{ webhookId: webhook.id }} className={classes['row']}>
      <span className={classes['icon']} data-tone={state}><IconWebhook size={18} stroke={1.5} aria-hidden /></span>
      <span className={classes['what']}>
        <strong>{webhook.description || hostOf(webhook.url)}</strong>
        <span>{webhook.url}</span>
        <span className={classes['heard']}>{[heard, webhook.managed && t('webhooks.managed')].filter(Boolean).join(' · ')}</span>
        {trouble && <em data-tone={state}>{trouble}</em>}
      </span>
      <StateBadge webhook={webhook} />
      <IconChevronRight size={16} stroke={1.5} aria-hidden className={classes['chevron'] ?? ''} />
    </Link>
  );
}
