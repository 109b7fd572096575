/** Who is signed in, their businesses, how the page looks, and the way out. */
import { Popover, SegmentedControl, Text, UnstyledButton, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { IconBell, IconBuildingStore, IconCheck, IconLogout, IconServerCog, IconShieldCheck, IconUser } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUserProfile } from '~/api';
import { LiveLine } from '~/features/messaging';
import { useLiveState, userLive } from '~/live';
import { initialsOf, PersonAvatar } from '~/ui';
import { useIsOperator } from '../queries';
import { useSignOut } from '../useSignOut';
import { useSwitchBusiness } from '../useSwitchBusiness';
import classes from './UserMenu.module.css';

const ICON = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

/** More than a list of commands, so a small window and no menu: its parts are reached with the tabulator. */
export function UserMenu() {
  const { t } = useTranslation('desk');
  const profile = useUserProfile();
  const signOut = useSignOut();
  const live = useLiveState(userLive);
  const isOperator = useIsOperator();
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  if (!profile) return null;
  return (
    <Popover opened={isOpen} onChange={setIsOpen} position="right-end" width={260} shadow="md" trapFocus returnFocus withRoles={false}>
      <Popover.Target>
        <UnstyledButton aria-haspopup="dialog" aria-expanded={isOpen} aria-label={`${t('user.menu')}, ${initialsOf(profile.user.name)}`} p={4} style={{ borderRadius: 999 }} onClick={() => setIsOpen(!isOpen)}>
          <PersonAvatar name={profile.user.name} size={34} isOnline={live === 'live'} />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={4} role="dialog" aria-label={t('user.menu')}>
        <div className={classes['who']}>
          <Text size="sm" fw={600} truncate>{profile.user.name}</Text>
          <Text size="xs" c="dimmed" truncate>{profile.user.email}</Text>
          <Text size="xs" c="dimmed" truncate mb={4}>{profile.team.name}{profile.team.role ? ` · ${t(`role.${profile.team.role}`)}` : ''}</Text>
          <LiveLine connection={userLive} />
        </div>
        <Businesses onGo={close} />
        <div className={classes['part']}>
          <Link to="/dashboard/settings" search={{ tab: 'account' }} className={classes['item']} onClick={close}><IconUser {...ICON} />{t('settings.account')}</Link>
          <Link to="/dashboard/security" className={classes['item']} onClick={close}><IconShieldCheck {...ICON} />{t('user.security')}</Link>
          <Link to="/dashboard/preferences" className={classes['item']} onClick={close}><IconBell {...ICON} />{t('user.preferences')}</Link>
          {isOperator && <Link to="/operator" className={classes['item']}><IconServerCog {...ICON} />{t('user.operator')}</Link>}
        </div>
        <div className={classes['part']}><ThemePicker /></div>
        <div className={classes['part']}>
          <UnstyledButton className={classes['item'] ?? ''} onClick={() => void signOut()}><IconLogout {...ICON} />{t('user.signOut')}</UnstyledButton>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The businesses somebody works in, when there is more than one. */
function Businesses({ onGo }: { onGo: () => void }) {
  const { t } = useTranslation('team');
  const here = useUserProfile()?.team.id;
  const { memberships, switchTo, isSwitching } = useSwitchBusiness();
  if (memberships.length < 2) return null;
  const go = (tenantId: string) => {
    onGo();
    if (tenantId !== here) switchTo(tenantId);
  };
  return (
    <div className={classes['part']}>
      <h2 id="user-businesses" className={classes['label']}>{t('switcher.label')}</h2>
      <ul aria-labelledby="user-businesses" className={classes['businesses']}>
        {memberships.map(({ tenantId, name }) => (
          <li key={tenantId}>
            <UnstyledButton className={classes['item'] ?? ''} disabled={isSwitching} aria-current={tenantId === here ? 'true' : undefined} onClick={() => go(tenantId)}>
              <IconBuildingStore {...ICON} />
              <span className={classes['name']}>{name}</span>
              {tenantId === here && <IconCheck size={16} stroke={2} role="img" aria-label={t('switcher.current')} />}
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </div>
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
