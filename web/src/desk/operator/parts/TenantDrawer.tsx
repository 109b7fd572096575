/** One business: its numbers, whether it works, and the two things an operator may do, each with a reason. */
import { Anchor, Button, Drawer, Group, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconEye, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, userSession } from '~/api';
import { formatAgo, formatDay, formatDayAndClock, StateView } from '~/ui';
import { Caution } from '../../parts/Caution';
import { lookInto, resumeTenant, suspendTenant, tenantQuery, TENANTS_KEY, type Tenant, type TenantDetail } from '../calls';
import classes from '../operator.module.css';
import { ReasonForm } from './ReasonForm';
import { StateBadge } from './StateBadge';
import { TenantPeople } from './TenantPeople';

export function TenantDrawer({ id, known, onClose }: { id: string; known: Tenant | undefined; onClose: () => void }) {
  const { t } = useTranslation('operator');
  const query = useQuery({ ...tenantQuery(id), ...(known ? { placeholderData: { ...known, team: [] } } : {}) });
  return (
    <Drawer opened onClose={onClose} position="right" size={460} title={query.data?.name ?? t('tenants.name')}>
      <StateView query={query} loading={<Stack>{[1, 2, 3].map((key) => <Skeleton key={key} height={20} />)}</Stack>}>
        {(tenant) => <Details tenant={tenant} onClose={onClose} />}
      </StateView>
    </Drawer>
  );
}

function Details({ tenant, onClose }: { tenant: TenantDetail; onClose: () => void }) {
  const { t } = useTranslation('operator');
  const client = useQueryClient();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<'suspend' | 'look' | null>(null);
  const { id, name, slug, owner, suspendedAt } = tenant;
  const again = () => Promise.all([client.invalidateQueries({ queryKey: [TENANTS_KEY] }), client.invalidateQueries({ queryKey: tenantQuery(id).queryKey })]);
  const fail = (error: unknown) => notifications.show({ color: 'red', title: t('tenant.failed'), message: toProblem(error).detail });
  const suspend = useMutation({
    mutationFn: (reason: string) => suspendTenant(id, reason),
    onSuccess: () => {
      setAsked(null);
      notifications.show({ message: t('tenant.suspended', { name }) });
      return again();
    },
    onError: fail,
  });
  const resume = useMutation({
    mutationFn: () => resumeTenant(id),
    onSuccess: () => {
      notifications.show({ message: t('tenant.resumed', { name }) });
      return again();
    },
    onError: fail,
  });
  const look = useMutation({
    mutationFn: (reason: string) => lookInto(id, reason),
    onSuccess: async (data) => {
      const own = userSession.getProfile();
      if (!own) return;
      onClose();
      client.clear();
      userSession.look({ user: own.user, ...data });
      await navigate({ to: '/dashboard' });
    },
    onError: fail,
  });
  return (
    <Stack gap="lg">
      <Group gap="sm"><StateBadge isSuspended={suspendedAt !== null} /><Anchor size="sm" data-alone href={`/s/${slug}`} target="_blank" rel="noreferrer">{t('tenant.page')}: /s/{slug}</Anchor></Group>
      {suspendedAt && <Caution tone="failed" title={t('tenant.suspendedSince', { when: formatDayAndClock(suspendedAt) })}>{tenant.suspendedReason ? t('tenant.reasonWas', { reason: tenant.suspendedReason }) : null}</Caution>}
      <dl className={classes['facts']}>
        <dt>{t('tenant.ownerOf')}</dt><dd>{owner ? <>{owner.name}<small>{owner.email}</small></> : t('tenants.noOwner')}</dd>
        <dt>{t('tenant.people')}</dt><dd>{t('tenant.members', { count: tenant.members })}, {t('tenant.customers', { count: tenant.customers })}</dd>
        <dt>{t('tenants.created')}</dt><dd>{formatDay(tenant.createdAt)}</dd>
        <dt>{t('tenants.lastActive')}</dt><dd>{tenant.lastActiveAt ? formatAgo(tenant.lastActiveAt) : t('tenants.never')}</dd>
      </dl>
      {asked === 'suspend' && <ReasonForm title={t('tenant.suspendTitle', { name })} text={t('tenant.suspendText')} hint={t('tenant.reasonHint')} confirm={t('tenant.suspendConfirm')} isDangerous isBusy={suspend.isPending} onCancel={() => setAsked(null)} onGo={suspend.mutate} />}
      {asked === 'look' && <ReasonForm title={t('tenant.lookTitle', { name })} text={t('tenant.lookText')} hint={t('tenant.lookReasonHint')} confirm={t('tenant.lookConfirm')} isBusy={look.isPending} onCancel={() => setAsked(null)} onGo={look.mutate} />}
      {asked === null && (
        <div className={classes['acts']}>
          {/* What is closed shows nothing, also not to who closed it. */}
          {!suspendedAt && <Button variant="default" leftSection={<IconEye size={16} stroke={1.5} />} onClick={() => setAsked('look')}>{t('tenant.look')}</Button>}
          {suspendedAt
            ? <Button leftSection={<IconPlayerPlay size={16} stroke={1.5} />} loading={resume.isPending} onClick={() => resume.mutate()}>{t('tenant.resume')}</Button>
            : <Button variant="light" color="red" leftSection={<IconPlayerPause size={16} stroke={1.5} />} onClick={() => setAsked('suspend')}>{t('tenant.suspend')}</Button>}
        </div>
      )}
      {tenant.team.length > 0 && <TenantPeople tenant={tenant} />}
      {asked === null && <Text size="xs" c="dimmed">{t('tenants.text')}</Text>}
    </Stack>
  );
}
