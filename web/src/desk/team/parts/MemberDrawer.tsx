/** One member: who they are here, their role, and the ways out of the team. */
import { Badge, Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { IconCrown, IconShieldCheck, IconShieldOff, IconUserMinus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, userSession, useUserProfile, type Role } from '~/api';
import { formatDay, PersonAvatar } from '~/ui';
import { useBusinessZone, useRights } from '../../queries';
import { changeRole, removeMember, rolesQuery, teamQuery, type Member } from '../calls';
import { decideMoves, isBelow, lostRights, rolesToGive } from '../model';
import classes from '../team.module.css';
import { useSeen } from '../useSeen';
import { RoleBadge } from './RoleBadge';
import { RolePicker } from './RolePicker';
import { TransferForm } from './TransferForm';

export function MemberDrawer({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation('team');
  const zone = useBusinessZone();
  const seen = useSeen();
  const { role: own } = useRights();
  const moves = decideMoves(own, member);
  const [isTransferring, setIsTransferring] = useState(false);
  const why = member.isYou ? t('team.ownRole') : member.role === 'owner' ? t('team.ownerOnly') : own === 'manager' ? t('team.readOnly') : t('team.higher');
  return (
    <Drawer opened onClose={onClose} position="right" size={440} title={member.name}>
      <Stack gap="lg">
        <Group gap="sm" wrap="nowrap">
          <PersonAvatar name={member.name} size={48} />
          <div className={classes['who']}>
            <span className={classes['name']}><strong>{member.name}</strong>{member.isYou && <Badge color="gray" size="sm" radius="xs">{t('team.you')}</Badge>}</span>
            <Text size="xs" c="dimmed">{member.email}</Text>
          </div>
          <RoleBadge role={member.role} />
        </Group>
        <dl className={classes['facts']}>
          <dt>{t('team.since')}</dt><dd>{formatDay(member.joinedAt, zone)}</dd>
          <dt>{t('team.lastHere')}</dt><dd>{seen(member.lastSeenAt)}</dd>
          {member.twoFactorEnabled !== undefined && <><dt>{t('team.signIn')}</dt><dd>{member.twoFactorEnabled ? <><IconShieldCheck size={16} stroke={1.75} aria-hidden /> {t('team.twoFactor')}</> : <><IconShieldOff size={16} stroke={1.75} aria-hidden /> {t('team.noTwoFactor')}</>}</dd></>}
        </dl>
        {moves.changesRole ? <RoleForm member={member} onDone={onClose} /> : <Text size="sm" c="dimmed">{why}</Text>}
        {(moves.removes || moves.transfers) && (
          <section className={classes['danger']} aria-label={t('team.danger')}>
            {moves.transfers && !isTransferring && <Button variant="default" leftSection={<IconCrown size={16} stroke={1.5} />} onClick={() => setIsTransferring(true)}>{t('team.transfer')}</Button>}
            {isTransferring && <TransferForm member={member} onCancel={() => setIsTransferring(false)} onDone={onClose} />}
            {moves.removes && <RemoveButton member={member} onDone={onClose} />}
          </section>
        )}
      </Stack>
    </Drawer>
  );
}

function RoleForm({ member, onDone }: { member: Member; onDone: () => void }) {
  const { t } = useTranslation('team');
  const { t: words } = useTranslation('desk');
  const { role: own } = useRights();
  const client = useQueryClient();
  const rights = useQuery(rolesQuery).data?.rights ?? [];
  const [role, setRole] = useState<Role>(member.role);
  const save = useMutation({
    mutationFn: () => changeRole(member.userId, role),
    onSuccess: () => {
      notifications.show({ message: t('team.roleChanged', { name: member.name, role: words(`role.${role}`) }) });
      onDone();
      return client.invalidateQueries({ queryKey: teamQuery.queryKey });
    },
    onError: (error) => notifications.show({ color: 'red', title: t('team.failed'), message: toProblem(error).detail }),
  });
  const submit = () => {
    if (!isBelow(role, member.role)) return save.mutate();
    modals.openConfirmModal({
      title: t('team.demoteTitle', { name: member.name, role: words(`role.${role}`) }),
      children: <Text size="sm">{t('team.demoteText', { rights: lostRights(rights, member.role, role).join(', ') || '–' })}</Text>,
      labels: { confirm: t('team.demoteConfirm'), cancel: t('team.keep') },
      confirmProps: { color: 'red' },
      onConfirm: () => save.mutate(),
    });
  };
  return (
    <Stack gap="sm">
      <RolePicker roles={rolesToGive(own)} value={role} onChange={setRole} isDisabled={save.isPending} />
      <Group justify="flex-end"><Button disabled={role === member.role} loading={save.isPending} onClick={submit}>{t('team.saveRole')}</Button></Group>
    </Stack>
  );
}

function RemoveButton({ member, onDone }: { member: Member; onDone: () => void }) {
  const { t } = useTranslation('team');
  const client = useQueryClient();
  const business = useUserProfile()?.team.name ?? '';
  const remove = useMutation({
    mutationFn: () => removeMember(member.userId),
    onSuccess: () => {
      if (member.isYou) return userSession.end('signed-out');
      notifications.show({ message: t('team.removed', { name: member.name }) });
      onDone();
      return client.invalidateQueries({ queryKey: teamQuery.queryKey });
    },
    onError: (error) => {
      const problem = toProblem(error);
      notifications.show({ color: 'red', title: t('team.failed'), message: problem.code === 'LAST_OWNER' ? t('team.lastOwner') : problem.detail });
    },
  });
  const ask = () =>
    modals.openConfirmModal({
      title: member.isYou ? t('team.leaveTitle', { business }) : t('team.removeTitle', { name: member.name }),
      children: <Text size="sm">{member.isYou ? t('team.leaveText') : t('team.removeText', { business })}</Text>,
      labels: { confirm: t(member.isYou ? 'team.leaveConfirm' : 'team.removeConfirm'), cancel: t('team.keep') },
      confirmProps: { color: 'red' },
      onConfirm: () => remove.mutate(),
    });
  return <Button variant="light" color="red" leftSection={<IconUserMinus size={16} stroke={1.5} />} loading={remove.isPending} onClick={ask}>{t(member.isYou ? 'team.leave' : 'team.remove')}</Button>;
}
