/** One's own account: name and address, how the page looks, the way to where one is signed in, and the way out. */
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { IconLogout } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, userSession, useUserProfile } from '~/api';
import { OwnEmail } from '~/features/security';
import { PersonAvatar } from '~/ui';
import { Card } from '../../parts/Page';
import { ThemePicker } from '../../parts/UserMenu';
import { useSignOut } from '../../useSignOut';
import { BusinessSwitcher } from './BusinessSwitcher';
import { OwnProfile } from './OwnProfile';

export function AccountSettings() {
  const { t } = useTranslation('desk');
  const profile = useUserProfile();
  const signOut = useSignOut();
  if (!profile) return null;
  return (
    <Stack gap="md">
      <Card>
        <Group p="lg" justify="space-between">
          <Group gap="sm">
            <PersonAvatar name={profile.user.name} size={44} />
            <div><Text fw={600} size="md">{profile.user.name}</Text><Text size="xs" c="dimmed">{profile.user.email}{profile.team.role ? ` · ${t(`role.${profile.team.role}`)}` : ''}</Text></div>
          </Group>
          <Button variant="default" leftSection={<IconLogout size={16} stroke={1.5} />} onClick={() => void signOut()}>{t('user.signOut')}</Button>
        </Group>
      </Card>
      <OwnProfile user={profile.user} />
      <OwnEmail kind="user" personId={profile.user.id} />
      <BusinessSwitcher />
      <Card><Stack p="lg" gap="xs" maw={360}><Text fw={600} size="sm">{t('user.theme')}</Text><ThemePicker /></Stack></Card>
      <Sessions />
    </Stack>
  );
}

/** The list of devices is on one page; here is the way there, and the way out of all of them. */
function Sessions() {
  const { t } = useTranslation('desk');
  const endAll = useMutation({
    mutationFn: () => must(userApi.POST('/api/auth/logout-all')),
    onSuccess: () => userSession.end('signed-out'),
    onError: (error) => notifications.show({ color: 'red', title: t('settings.failed'), message: toProblem(error).detail }),
  });
  const ask = () =>
    modals.openConfirmModal({
      title: t('user.signOutAllTitle'),
      children: <Text size="sm">{t('user.signOutAllText')}</Text>,
      labels: { confirm: t('user.signOutAll'), cancel: t('user.staySignedIn') },
      confirmProps: { color: 'red' },
      onConfirm: () => endAll.mutate(),
    });
  return (
    <Card>
      <Stack p="lg" gap="md">
        <div>
          <Title order={2} size="sm">{t('settings.sessions')}</Title>
          <Text size="xs" c="dimmed">{t('settings.sessionsText')}</Text>
        </div>
        <Group gap="xs">
          <Button variant="default" renderRoot={(props) => <Link {...props} to="/dashboard/security" />}>{t('settings.openSecurity')}</Button>
          <Button variant="subtle" color="red" loading={endAll.isPending} onClick={ask}>{t('user.signOutAll')}</Button>
        </Group>
      </Stack>
    </Card>
  );
}
