/** One webhook: how it is doing, a test call beside its answer, and every try as it was. */
import { ActionIcon, Button, Menu, Skeleton, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { IconChevronRight, IconDots } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, type Webhook } from '~/api';
import { ErrorState, formatDayAndClock } from '~/ui';
import { Caution } from '../parts/Caution';
import { DeskTitle } from '../parts/DeskTitle';
import { NotHere } from '../parts/NotHere';
import { SecretOnce } from '../parts/SecretOnce';
import { Door, SetupFrame } from '../parts/SetupPage';
import { ifMatch, type Tagged } from '../parts/tagged';
import { useBusinessZone } from '../queries';
import { EVERY, hostOf, stateOf } from './model';
import { LogCard } from './parts/LogCard';
import { ReplayForm } from './parts/ReplayForm';
import { StateBadge } from './parts/StateBadge';
import { TestCard } from './parts/TestCard';
import { WebhookForm } from './parts/WebhookForm';
import { useLiveWebhook, useWebhooksChanged, webhookQuery } from './queries';
import classes from './webhooks.module.css';
import { useAgo } from '../parts/useAgo';

export function WebhookScreen() {
  const { webhookId } = useParams({ from: '/dashboard/webhooks/$webhookId' });
  return <Door needs="mayManage" place="webhooks"><SetupFrame><WebhookPage key={webhookId} id={webhookId} /></SetupFrame></Door>;
}

function WebhookPage({ id }: { id: string }) {
  const { t } = useTranslation('setup');
  const query = useQuery(webhookQuery(id));
  useLiveWebhook(id);
  const found = query.data;
  if (query.error && !found) {
    return toProblem(query.error).status === 404
      ? <NotHere title={t('webhooks.notFound')} action={<Button variant="default" renderRoot={(props) => <Link {...props} to="/dashboard/webhooks" />}>{t('webhooks.toList')}</Button>} />
      : <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  return (
    <>
      {found ? <Head found={found} /> : <div aria-hidden><Skeleton height={14} width={120} /><Skeleton height={22} width={260} mt={10} /><Skeleton height={12} width="50%" mt={10} /></div>}
      <div className={classes['columns']}>
        <LogCard id={id} />
        <TestCard id={id} events={found?.value.events ?? null} />
      </div>
    </>
  );
}

function Head({ found }: { found: Tagged<Webhook> }) {
  const { t } = useTranslation('setup');
  const ago = useAgo();
  const zone = useBusinessZone();
  const webhook = found.value;
  const state = stateOf(webhook);
  const [open, setOpen] = useState<'edit' | 'replay' | null>(null);
  const moves = useMoves(found);
  const heard = webhook.events.includes(EVERY) ? t('webhooks.all') : webhook.events.join(', ');
  const known = webhook.disabledCode === 'RECEIVER_GONE' || webhook.disabledCode === 'FAILING' ? webhook.disabledCode : 'other';
  return (
    <header className={classes['head']}>
      <nav className={classes['crumbs']} aria-label={t('templates.crumbs')}>
        <Link to="/dashboard/webhooks">{t('webhooks.title')}</Link> <IconChevronRight size={14} stroke={1.5} aria-hidden /> <span>{hostOf(webhook.url)}</span>
      </nav>
      <div className={classes['titleRow']}>
        <DeskTitle>{webhook.description || hostOf(webhook.url)}</DeskTitle>
        <StateBadge webhook={webhook} />
        <span className={classes['spring']} />
        <div className={classes['actions']}>
          {state !== 'disabled' && <Button variant="default" loading={moves.switchOn.isPending} onClick={() => moves.switchOn.mutate(!webhook.enabled)}>{webhook.enabled ? t('webhooks.switchOff') : t('webhooks.switchOn')}</Button>}
          <Button variant="default" onClick={() => setOpen('edit')}>{t('edit')}</Button>
          <Menu position="bottom-end">
            <Menu.Target><ActionIcon variant="default" size="var(--fd-control)" aria-label={t('webhooks.actions')}><IconDots size={18} stroke={1.5} /></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => setOpen('replay')}>{t('webhooks.replay')}</Menu.Item>
              <Menu.Item onClick={moves.askSecret}>{t('webhooks.regenerate')}</Menu.Item>
              {!webhook.managed && <Menu.Item color="red" onClick={moves.askRemove}>{t('webhooks.remove')}</Menu.Item>}
            </Menu.Dropdown>
          </Menu>
        </div>
      </div>
      <Text size="sm" c="dimmed" className={classes['url'] ?? ''}>{webhook.url}</Text>
      <Text size="xs" c="dimmed" lineClamp={2}>{heard}</Text>
      {webhook.managed && <Text size="xs" c="dimmed">{t('webhooks.managedText')} <Link to="/dashboard/channels" style={{ color: 'var(--fd-brand-text)' }}>{t('webhooks.openChannels')}</Link></Text>}
      {webhook.oldSecretUntil && <Text size="xs" c="dimmed">{t('webhooks.oldSecret', { when: formatDayAndClock(webhook.oldSecretUntil, zone) })}</Text>}
      {state === 'failing' && webhook.failingSince && <Caution title={t('webhooks.failingSince', { when: formatDayAndClock(webhook.failingSince, zone) })}>{t('webhooks.failingText')}</Caution>}
      {state === 'disabled' && webhook.disabledAt && (
        <Caution tone="failed" title={t('webhooks.disabledTitle', { when: ago(webhook.disabledAt) })}>
          <Text size="sm">{t(`webhooks.disabled.${known}`)} {t('webhooks.disabledText')}</Text>
          <Button mt="xs" variant="default" loading={moves.switchOn.isPending} onClick={() => moves.switchOn.mutate(true)}>{t('webhooks.switchOn')}</Button>
        </Caution>
      )}
      {open === 'edit' && <WebhookForm webhook={found} onClose={() => setOpen(null)} />}
      {open === 'replay' && <ReplayForm id={webhook.id} onClose={() => setOpen(null)} />}
      {moves.secret && <SecretOnce title={t('webhooks.secretTitle')} text={t('webhooks.secretText')} secret={moves.secret} onDone={moves.forgetSecret} />}
    </header>
  );
}

function useMoves({ value: webhook, etag }: Tagged<Webhook>) {
  const { t } = useTranslation('setup');
  const changed = useWebhooksChanged();
  const navigate = useNavigate();
  const [secret, setSecret] = useState<string | null>(null);
  const path = { params: { path: { id: webhook.id } } };
  const onError = (error: unknown) => {
    const problem = toProblem(error);
    if (problem.status === 412) void changed();
    notifications.show({ color: 'red', title: t('failed'), message: problem.detail });
  };
  const switchOn = useMutation({
    mutationFn: (enabled: boolean) => must(userApi.PUT('/api/webhooks/{id}', { ...path, body: { enabled }, headers: ifMatch(etag) })),
    onSuccess: async (_, enabled) => {
      await changed();
      notifications.show({ message: t(enabled ? 'webhooks.switchedOn' : 'webhooks.switchedOff') });
    },
    onError,
  });
  const renew = useMutation({
    mutationFn: async () => (await must(userApi.POST('/api/webhooks/{id}/regenerate-secret', path))).data,
    onSuccess: (made) => {
      setSecret(made.secret);
      void changed();
    },
    onError,
  });
  const remove = useMutation({
    mutationFn: () => must(userApi.DELETE('/api/webhooks/{id}', { ...path, headers: ifMatch(etag) })),
    onSuccess: async () => {
      await navigate({ to: '/dashboard/webhooks', replace: true });
      notifications.show({ message: t('webhooks.removed') });
      await changed();
    },
    onError,
  });
  const askSecret = () =>
    modals.openConfirmModal({
      title: t('webhooks.regenerateTitle'),
      children: <Text size="sm">{t('webhooks.regenerateText')}</Text>,
      labels: { confirm: t('webhooks.regenerateConfirm'), cancel: t('webhooks.keep') },
      onConfirm: () => renew.mutate(),
    });
  const askRemove = () =>
    modals.openConfirmModal({
      title: t('webhooks.removeTitle'),
      children: <Text size="sm">{t('webhooks.removeText', { url: webhook.url })}</Text>,
      labels: { confirm: t('webhooks.removeConfirm'), cancel: t('webhooks.keep') },
      confirmProps: { color: 'red' },
      onConfirm: () => remove.mutate(),
    });
  return { switchOn, askSecret, askRemove, secret, forgetSecret: () => setSecret(null) };
}
