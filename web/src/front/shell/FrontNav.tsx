/** The four places of the front: at the bottom of a phone, along the top of a wider screen. */
import { Indicator } from '@mantine/core';
import { IconBuildingStore, IconCalendarEvent, IconMessageCircle, IconUser } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { customerApi, must, useCustomerProfile } from '~/api';
import classes from './FrontShell.module.css';

export type FrontPlace = 'home' | 'book' | 'chat' | 'account';

export interface FrontNavProps {
  /** Absent until the business is known: then only the customer's own places can be named. */
  slug: string | null;
  active: FrontPlace | null;
  className?: string;
}

const ICON_SIZE = 22;
const UNREAD_MS = 60_000;
/** A place is where one is, not everything whose address begins alike. */
const EXACT = { exact: true, includeSearch: false };

export function FrontNav({ slug, active, className }: FrontNavProps) {
  const { t } = useTranslation('front');
  const unread = useUnread();
  const current = (place: FrontPlace) => (active === place ? { 'aria-current': 'page' as const } : {});
  return (
    <nav aria-label={t('nav.label')} className={className ?? classes.nav}>
      {slug && (
        <Link to="/s/$slug" params={{ slug }} activeOptions={EXACT} className={classes.tab} {...current('home')}>
          <IconBuildingStore size={ICON_SIZE} aria-hidden stroke={1.6} />
          {t('nav.home')}
        </Link>
      )}
      {slug && (
        <Link to="/s/$slug/book" params={{ slug }} activeOptions={EXACT} className={classes.tab} {...current('book')}>
          <IconCalendarEvent size={ICON_SIZE} aria-hidden stroke={1.6} />
          {t('nav.book')}
        </Link>
      )}
      <Link to="/client/messages" search={businessSearch(slug)} activeOptions={EXACT} className={classes.tab} {...current('chat')}>
        <UnreadMark count={unread}>
          <IconMessageCircle size={ICON_SIZE} aria-hidden stroke={1.6} />
        </UnreadMark>
        {t('nav.chat')}
      </Link>
      <Link to="/client" search={businessSearch(slug)} activeOptions={EXACT} className={classes.tab} {...current('account')}>
        <IconUser size={ICON_SIZE} aria-hidden stroke={1.6} />
        {t('nav.account')}
      </Link>
    </nav>
  );
}

/** A plain read: the live engine belongs to the message screen and would be too much for a storefront. */
function useUnread(): number {
  const customerId = useCustomerProfile()?.customer.id ?? null;
  const unread = useQuery({
    queryKey: ['front', 'unread', customerId],
    queryFn: async ({ signal }) => {
      const { conversations } = await must(customerApi.GET('/api/messages/conversations', { signal }));
      return conversations.reduce((sum, { unreadCount }) => sum + (unreadCount ?? 0), 0);
    },
    enabled: customerId !== null,
    refetchInterval: UNREAD_MS,
  });
  return unread.data ?? 0;
}

/** The customer's pages are not under a business's address, so links to them carry which one is meant. */
export function businessSearch(slug: string | null | undefined): { business?: string } {
  return slug ? { business: slug } : {};
}

function UnreadMark({ count, children }: { count: number; children: ReactNode }) {
  if (count === 0) return children;
  return (
    <Indicator label={count} size={16} offset={2} lh={0}>
      {children}
    </Indicator>
  );
}
