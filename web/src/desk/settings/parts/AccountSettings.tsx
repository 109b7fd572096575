/** One's own account: how the page looks, where one is signed in, and the way out. */
import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { IconDeviceDesktop, IconDeviceMobile, IconLogout } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, userSession, useUserProfile, type DeviceSession } from '~/api';
import { formatAgo, PersonAvatar, StateView } from '~/ui';
import { Card } from '../../parts/Page';
import { ThemePicker } from '../../parts/UserMenu';
import { useSignOut } from '../../useSignOut';
import { BusinessSwitcher } from './BusinessSwitcher';
import { OwnProfile } from './OwnProfile';
import classes from '../settings.module.css';

const SESSIONS_KEY = ['sessions'];

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
      <BusinessSwitcher />
      <Card><Stack p="lg" gap="xs" maw={360}><Text fw={600} size="sm">{t('user.theme')}</Text><ThemePicker /></Stack></Card>
      <Sessions />
    </Stack>
  );
}

function Sessions() {
  const { t } = useTranslation('desk');
  const query = useQuery({ queryKey: SESSIONS_KEY, queryFn: async ({ signal }) => (await must(userApi.GET('/api/auth/sessions', { signal }))).data.sessions });
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
      <Stack p="lg" gap="xs">
        <Group justify="space-between">
          <Text fw={600} size="sm">{t('settings.sessions')}</Text>
          <Button size="xs" variant="subtle" color="red" loading={endAll.isPending} onClick={ask}>{t('user.signOutAll')}</Button>
        </Group>
        <StateView query={query} loading={<Stack>{[1, 2].map((key) => <Skeleton key={key} height={40} />)}</Stack>}>
          {(sessions) => <div>{sessions.map((session) => <SessionRow key={session.id} session={session} />)}</div>}
        </StateView>
      </Stack>
    </Card>
  );
}

function SessionRow({ session }: { session: DeviceSession }) {
  const { t } = useTranslation('desk');
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => must(userApi.DELETE('/api/auth/sessions/{id}', { params: { path: { id: session.id } } })),
    onSuccess: () => (notifications.show({ message: t('settings.ended') }), client.invalidateQueries({ queryKey: SESSIONS_KEY })),
    onError: (error) => notifications.show({ color: 'red', title: t('settings.failed'), message: toProblem(error).detail }),
  });
  const isPhone = /Mobile|Android|iPhone/.test(session.userAgent ?? '');
  const Icon = isPhone ? IconDeviceMobile : IconDeviceDesktop;
  return (
    <div className={classes['session']}>
      <Icon size={20} stroke={1.5} aria-hidden />
      <div style={{ flex: 1, minWidth: 0 }}>
        <Text size="sm" fw={600} truncate>{nameBrowser(session.userAgent)}</Text>
        <Text size="xs" c="dimmed" className="tabular">{[session.ipAddress, t('settings.lastSeen', { when: formatAgo(session.lastSeenAt) })].filter(Boolean).join(' · ')}</Text>
      </div>
      {session.isCurrent ? <Badge style={{ backgroundColor: 'var(--fd-good-tint)', color: 'var(--fd-good-text)' }}>{t('settings.thisDevice')}</Badge> : <Button size="xs" variant="default" loading={end.isPending} onClick={() => end.mutate()}>{t('settings.end')}</Button>}
    </div>
  );
}

/** "Chrome on Android", as far as the browser says it. */
function nameBrowser(userAgent: string | null): string {
  if (!userAgent) return '–';
  const browser = /Edg/.test(userAgent) ? 'Edge' : /Firefox/.test(userAgent) ? 'Firefox' : /Chrom/.test(userAgent) ? 'Chrome' : /Safari/.test(userAgent) ? 'Safari' : userAgent.split('/')[0];
  const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac', 'Linux'].find((name) => userAgent.includes(name));
  return [browser, system].filter(Boolean).join(', ');
}
