/** The ways through the desk, with what waits behind them. */
import { Tooltip, useMantineTheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconCalendar, IconHome, IconMessageCircle, IconScissors, IconSettings } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Mark } from '~/ui/Mark';
import classes from '../Shell.module.css';
import { UserMenu } from './UserMenu';

const PLACES = [
  { to: '/dashboard', name: 'overview', icon: IconHome },
  { to: '/dashboard/messages/{-$conversationId}', name: 'messages', icon: IconMessageCircle },
  { to: '/dashboard/appointments', name: 'appointments', icon: IconCalendar },
  { to: '/dashboard/services', name: 'services', icon: IconScissors },
] as const;

export function Rail({ unread }: { unread: number }) {
  const { t } = useTranslation('desk');
  const theme = useMantineTheme();
  const isPhone = useMediaQuery(`(max-width: calc(${theme.breakpoints.sm} - 0.01em))`);
  const tip = (label: string, child: React.ReactElement) => <Tooltip key={label} label={label} position="right" disabled={isPhone}>{child}</Tooltip>;
  return (
    <nav className={classes['rail']} aria-label={t('nav.label')}>
      <Link to="/dashboard" className={classes['mark']} aria-label={t('nav.overview')}><Mark /></Link>
      {PLACES.map(({ to, name, icon: Icon }) =>
        tip(
          t(`nav.${name}`),
          <Link to={to} params={{}} className={classes['tab']} activeOptions={{ exact: name === 'overview', includeSearch: false }} aria-label={name === 'messages' && unread > 0 ? `${t('nav.messages')}, ${t('messages.unreadCount', { count: unread })}` : t(`nav.${name}`)}>
            <Icon size={20} stroke={1.5} aria-hidden />
            <span className={classes['tabWords']}>{t(`nav.${name}`)}</span>{' '}
            {name === 'messages' && unread > 0 && <span className={classes['count']} aria-hidden>{unread > 99 ? '99+' : unread}</span>}
          </Link>,
        ),
      )}
      <span className={classes['spring']} />
      {tip(
        t('nav.settings'),
        <Link to="/dashboard/settings" className={classes['tab']} activeOptions={{ includeSearch: false }} aria-label={t('nav.settings')}>
          <IconSettings size={20} stroke={1.5} aria-hidden />
          <span className={classes['tabWords']}>{t('nav.settings')}</span>
        </Link>,
      )}
      {!isPhone && <UserMenu />}
    </nav>
  );
}
