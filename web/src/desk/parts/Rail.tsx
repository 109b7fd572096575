/** The ways through the desk, with what waits behind them. */
import { Tooltip, useMantineTheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconBolt, IconCalendar, IconHome, IconMessageCircle, IconScissors, IconSettings } from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Mark } from '~/ui/Mark';
import { NoticeBell } from '../notices/NoticeBell';
import { useLiveNotices, useUnread } from '../notices/queries';
import classes from '../Shell.module.css';
import { useRights } from '../queries';
import { useGivenUp } from '../useGivenUp';
import { UserMenu } from './UserMenu';

const PLACES = [
  { to: '/dashboard', name: 'overview', icon: IconHome },
  { to: '/dashboard/messages/{-$conversationId}', name: 'messages', icon: IconMessageCircle },
  { to: '/dashboard/appointments', name: 'appointments', icon: IconCalendar },
  { to: '/dashboard/services', name: 'services', icon: IconScissors },
] as const;

/** More fit into no mark. */
const COUNT_MAX = 99;

/** The screens of the events group, which share one place on the rail. */
const EVENT_PLACES = ['events', 'deliveries', 'mailbox', 'webhooks', 'channels', 'templates', 'keys', 'developers'];

/** The screens of the settings area that have an address of their own. */
const SETTINGS_PLACES = ['settings', 'team', 'audit', 'preferences', 'security'];

export function Rail({ unread }: { unread: number }) {
  const { t } = useTranslation('desk');
  const { mayManage } = useRights();
  const theme = useMantineTheme();
  const isPhone = useMediaQuery(`(max-width: calc(${theme.breakpoints.sm} - 0.01em))`);
  useLiveNotices();
  const notices = useUnread();
  // On a phone the bell is on the overview; its count stands on the way there.
  const waiting = { overview: isPhone ? notices : 0, messages: unread, appointments: 0, services: 0 };
  const labelOf = (name: keyof typeof waiting) => {
    if (waiting[name] === 0) return t(`nav.${name}`);
    // What is said begins with what is seen, also where there are more than are counted.
    return `${t(`nav.${name}`)}, ${shorten(waiting[name])} ${t('nav.unread')}`;
  };
  const tip = (label: string, child: React.ReactElement) => <Tooltip key={label} label={label} position="right" disabled={isPhone}>{child}</Tooltip>;
  return (
    <nav className={classes['rail']} aria-label={t('nav.label')}>
      <Link to="/dashboard" className={classes['mark']} aria-label={t('nav.overview')}><Mark /></Link>
      {PLACES.map(({ to, name, icon: Icon }) =>
        tip(
          t(`nav.${name}`),
          <Link to={to} params={{}} className={classes['tab']} activeOptions={{ exact: name === 'overview', includeSearch: false }} aria-label={labelOf(name)}>
            <Icon size={20} stroke={1.5} aria-hidden />
            <span className={classes['tabWords']}>{t(`nav.${name}`)}</span>{' '}
            {waiting[name] > 0 && <span className={classes['count']} aria-hidden>{shorten(waiting[name])}</span>}
          </Link>,
        ),
      )}
      {mayManage && tip(t('nav.events'), <EventsTab />)}
      <span className={classes['spring']} />
      {!isPhone && <NoticeBell isPhone={false} />}
      {tip(
        t('nav.settings'),
        <SettingsTab />,
      )}
      {!isPhone && <UserMenu />}
    </nav>
  );
}

function shorten(count: number): string {
  return count > COUNT_MAX ? `${COUNT_MAX}+` : String(count);
}

/** Extra properties come from the tooltip around it. */
function SettingsTab(props: object) {
  const { t } = useTranslation('desk');
  const { pathname } = useLocation();
  const isActive = SETTINGS_PLACES.includes(pathname.split('/')[2] ?? '');
  return (
    <Link {...props} to="/dashboard/settings" search={{}} className={classes['tab']} activeOptions={{ includeSearch: false }} {...(isActive ? { 'data-status': 'active' } : {})} aria-label={t('nav.settings')}>
      <IconSettings size={20} stroke={1.5} aria-hidden />
      <span className={classes['tabWords']}>{t('nav.settings')}</span>
    </Link>
  );
}

/** Extra properties come from the tooltip around it. */
function EventsTab(props: object) {
  const { t } = useTranslation('desk');
  const { pathname } = useLocation();
  const givenUp = useGivenUp();
  const isActive = EVENT_PLACES.includes(pathname.split('/')[2] ?? '');
  return (
    <Link {...props} to="/dashboard/events" className={classes['tab']} {...(isActive ? { 'data-status': 'active' } : {})} aria-label={givenUp > 0 ? `${t('nav.events')}, ${shorten(givenUp)} ${t('nav.givenUpWords')}` : t('nav.events')}>
      <IconBolt size={20} stroke={1.5} aria-hidden />
      <span className={classes['tabWords']}>{t('nav.events')}</span>{' '}
      {givenUp > 0 && <span className={classes['count']} data-tone="failed" aria-hidden>{shorten(givenUp)}</span>}
    </Link>
  );
}
