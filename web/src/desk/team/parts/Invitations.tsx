/** Who was invited and is not here yet. */
import { Badge, Button, Group, Text, Title } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { IconMail } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { formatDayAndClock } from '~/ui';
import { Card } from '../../parts/Page';
import { useAgo } from '../../parts/useAgo';
import { useBusinessZone, useRights } from '../../queries';
import { resendInvitation, teamQuery, withdrawInvitation, type Invitation } from '../calls';
import classes from '../team.module.css';
import { RoleBadge } from './RoleBadge';

/** What is said of the link. */
const WORDS = { open: 'team.expires', expired: 'team.expired', inviter_gone: 'team.inviterGone' } as const;

export function Invitations({ invitations }: { invitations: readonly Invitation[] }) {
  const { t } = useTranslation('team');
  return (
    <section aria-labelledby="team-invited">
      <div className={classes['sectionHead']}><Title order={2} id="team-invited">{t('team.invitations')}</Title></div>
      <Card><ul className={classes['rows']} aria-labelledby="team-invited">{invitations.map((invitation) => <li key={invitation.id}><Row invitation={invitation} /></li>)}</ul></Card>
    </section>
  );
}

function Row({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation('team');
  const { mayAdminister } = useRights();
  const zone = useBusinessZone();
  const ago = useAgo();
  const client = useQueryClient();
  const { id, email } = invitation;
  const onError = (error: unknown) => notifications.show({ color: 'red', title: t('team.failed'), message: toProblem(error).detail });
  const after = (message: string) => {
    notifications.show({ message });
    return client.invalidateQueries({ queryKey: teamQuery.queryKey });
  };
  const resend = useMutation({ mutationFn: () => resendInvitation(id), onSuccess: () => after(t('team.resent', { email })), onError });
  const withdraw = useMutation({ mutationFn: () => withdrawInvitation(id), onSuccess: () => after(t('team.withdrawn')), onError });
  const askWithdraw = () =>
    modals.openConfirmModal({
      title: t('team.withdrawTitle'),
      children: <Text size="sm">{t('team.withdrawText', { email })}</Text>,
      labels: { confirm: t('team.withdrawConfirm'), cancel: t('team.keep') },
      confirmProps: { color: 'red' },
      onConfirm: () => withdraw.mutate(),
    });
  // The page may have stood open while the link ended.
  const state = invitation.state === 'open' && Date.parse(invitation.expiresAt) <= Date.now() ? 'expired' : invitation.state;
  return (
    <div className={classes['row']} data-static>
      <span className={classes['letter']}><IconMail size={18} stroke={1.5} aria-hidden /></span>
      <span className={classes['who']}>
        <span className={classes['name']}><strong>{email}</strong><RoleBadge role={invitation.role} />{state !== 'open' && <Badge color="red">{t('team.dead')}</Badge>}</span>
        <span className={classes['meta']}>
          {invitation.invitedBy ? `${t('team.invitedBy', { name: invitation.invitedBy, when: ago(invitation.createdAt) })} · ` : ''}
          <span data-over={state !== 'open' || undefined}>{t(WORDS[state], { when: formatDayAndClock(invitation.expiresAt, zone) })}</span>
        </span>
      </span>
      {mayAdminister && (
        <Group gap="xs" className={classes['rowActions'] ?? ''}>
          <Button variant="default" loading={resend.isPending} aria-label={t('team.resendOf', { email })} onClick={() => resend.mutate()}>{t('team.resend')}</Button>
          <Button variant="default" color="red" loading={withdraw.isPending} aria-label={t('team.withdrawOf', { email })} onClick={askWithdraw}>{t('team.withdraw')}</Button>
        </Group>
      )}
    </div>
  );
}
