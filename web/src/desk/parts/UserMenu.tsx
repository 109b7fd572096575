/** Who is signed in, how the page looks, and the way out. */
import { Menu, SegmentedControl, Text, UnstyledButton, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { IconBell, IconBuildingStore, IconCheck, IconLogout, IconShieldCheck, IconUser } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useUserProfile } from '~/api';
import { LiveLine } from '~/features/messaging';
import { useLiveState, userLive } from '~/live';
import { initialsOf, PersonAvatar } from '~/ui';
import { useSignOut } from '../useSignOut';
import { useSwitchBusiness } from '../useSwitchBusiness';

export function UserMenu() {
  const { t } = useTranslation('desk');
  const profile = useUserProfile();
  const signOut = useSignOut();
  const live = useLiveState(userLive);
  if (!profile) return null;
  return (
    <Menu position="right-end" width={260} shadow="md">
      <Menu.Target>
        <UnstyledButton aria-label={`${t('user.menu')}, ${initialsOf(profile.user.name)}`} p={4} style={{ borderRadius: 999 }}>
          <PersonAvatar name={profile.user.name} size={34} isOnline={live === 'live'} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--fd-text-1)" truncate>{profile.user.name}</Text>
          <Text size="xs" truncate>{profile.user.email}</Text>
          <Text size="xs" truncate mb={4}>{profile.team.name}{profile.team.role ? ` · ${t(`role.${profile.team.role}`)}` : ''}</Text>
          <LiveLine connection={userLive} />
        </Menu.Label>
        <Menu.Divider />
        <Businesses />
        <Menu.Item leftSection={<IconUser size={16} stroke={1.5} />} renderRoot={(props) => <Link {...props} to="/dashboard/settings" search={{ tab: 'account' }} />}>{t('settings.account')}</Menu.Item>
        <Menu.Item leftSection={<IconShieldCheck size={16} stroke={1.5} />} renderRoot={(props) => <Link {...props} to="/dashboard/security" />}>{t('user.security')}</Menu.Item>
        <Menu.Item leftSection={<IconBell size={16} stroke={1.5} />} renderRoot={(props) => <Link {...props} to="/dashboard/preferences" />}>{t('user.preferences')}</Menu.Item>
        <Menu.Divider />
        <ThemePicker />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.5} />} onClick={() => void signOut()}>{t('user.signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The businesses somebody works in, when there is more than one. */
function Businesses() {
  const { t } = useTranslation('team');
  const here = useUserProfile()?.team.id;
  const { memberships, switchTo, isSwitching } = useSwitchBusiness();
  if (memberships.length < 2) return null;
  return (
    <>
      <Menu.Label>{t('switcher.label')}</Menu.Label>
      {memberships.map(({ tenantId, name }) => (
        <Menu.Item
          key={tenantId}
          leftSection={<IconBuildingStore size={16} stroke={1.5} />}
          rightSection={tenantId === here ? <IconCheck size={16} stroke={2} role="img" aria-label={t('switcher.current')} /> : undefined}
          disabled={isSwitching}
          onClick={() => tenantId !== here && switchTo(tenantId)}
        >
          {name}
        </Menu.Item>
      ))}
      <Menu.Divider />
    </>
  );
}

export function ThemePicker() {
  const { t } = useTranslation('desk');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label={t('user.theme')}
      value={colorScheme}
      onChange={(value) => setColorScheme(value as MantineColorScheme)}
      data={[{ value: 'light', label: t('user.light') }, { value: 'dark', label: t('user.dark') }, { value: 'auto', label: t('user.system') }]}
    />
  );
}
