/**
 * The places around events: the log, its deliveries, where they went, and what sets them up. One row of links on top of
 * each of these screens, and the door that keeps it for those who may.
 */
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { addCatalog } from '~/i18n';
import { eventsEn } from '~/i18n/en/events';
import { useRights } from '../queries';
import { Closed, type ClosedPlace } from './Closed';
import classes from './SpineNav.module.css';

addCatalog('events', eventsEn);

const PLACES = [
  { to: '/dashboard/events', name: 'events' },
  { to: '/dashboard/deliveries', name: 'deliveries' },
  { to: '/dashboard/mailbox/{-$mailId}', name: 'mailbox' },
  { to: '/dashboard/webhooks', name: 'webhooks' },
  { to: '/dashboard/channels', name: 'channels' },
  { to: '/dashboard/templates', name: 'templates' },
  { to: '/dashboard/keys', name: 'keys' },
  { to: '/dashboard/developers', name: 'developers' },
] as const;

export function SpineNav() {
  const { t } = useTranslation('desk');
  const { mayAdminister } = useRights();
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the row scrolls: where one is must be on the screen.
    row.current?.querySelector('[data-status="active"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, []);
  return (
    <nav ref={row} className={classes['places']} aria-label={t('nav.events')}>
      {PLACES.filter(({ name }) => name !== 'keys' || mayAdminister).map(({ to, name }) => (
        <Link key={to} to={to} params={{}} className={classes['place']} activeOptions={{ includeSearch: false }}>{t(`nav.${name}`)}</Link>
      ))}
    </nav>
  );
}

/** What lies behind is for managers and up; the server decides the same again. */
export function ManagersOnly({ place, children }: { place: ClosedPlace; children: ReactNode }) {
  const { mayManage } = useRights();
  return mayManage ? <>{children}</> : <Closed needs="mayManage" place={place} />;
}
