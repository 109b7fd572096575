/** The business side, behind sign-in. Screens are only named here: this file is part of the first download. */
import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { userSession } from '~/api';
import { rootRoute } from '~/app/root';

const dashboard = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dashboard',
  beforeLoad: ({ location }) => {
    if (!userSession.getProfile()) throw redirect({ to: '/sign-in', search: { next: location.href } });
  },
  component: lazyRouteComponent(() => import('./Shell'), 'Shell'),
});

const overview = createRoute({
  getParentRoute: () => dashboard,
  path: '/',
  component: lazyRouteComponent(() => import('./overview/OverviewScreen'), 'OverviewScreen'),
});

export type InboxFilter = 'all' | 'mine' | 'unread' | 'archived';
const INBOX_FILTERS: readonly InboxFilter[] = ['all', 'mine', 'unread', 'archived'];

interface MessagesSearch {
  tab?: 'customers';
  filter?: InboxFilter;
  /** An appointment whose thread does not exist yet. */
  appointment?: string;
}

const messages = createRoute({
  getParentRoute: () => dashboard,
  path: '/messages/{-$conversationId}',
  validateSearch: (search: Record<string, unknown>): MessagesSearch => ({
    ...(search['tab'] === 'customers' ? { tab: 'customers' } : {}),
    ...(INBOX_FILTERS.includes(search['filter'] as InboxFilter) && search['filter'] !== 'all' ? { filter: search['filter'] as InboxFilter } : {}),
    ...(typeof search['appointment'] === 'string' ? { appointment: search['appointment'] } : {}),
  }),
  component: lazyRouteComponent(() => import('./messages/MessagesScreen'), 'MessagesScreen'),
});

export type CalendarView = 'day' | 'week' | 'list';

interface AppointmentsSearch {
  view?: CalendarView;
  date?: string;
  /** The appointment whose drawer is open. */
  open?: string;
  new?: true;
}

const appointments = createRoute({
  getParentRoute: () => dashboard,
  path: '/appointments',
  validateSearch: (search: Record<string, unknown>): AppointmentsSearch => ({
    ...(['day', 'week', 'list'].includes(search['view'] as string) ? { view: search['view'] as CalendarView } : {}),
    ...(typeof search['date'] === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(search['date']) ? { date: search['date'] } : {}),
    ...(typeof search['open'] === 'string' ? { open: search['open'] } : {}),
    ...(search['new'] ? { new: true } : {}),
  }),
  component: lazyRouteComponent(() => import('./appointments/AppointmentsScreen'), 'AppointmentsScreen'),
});

const services = createRoute({
  getParentRoute: () => dashboard,
  path: '/services',
  validateSearch: (search: Record<string, unknown>): { new?: true } => (search['new'] ? { new: true } : {}),
  component: lazyRouteComponent(() => import('./services/ServicesScreen'), 'ServicesScreen'),
});

export const SETTINGS_TABS = ['business', 'hours', 'storefront', 'account'] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];

const settings = createRoute({
  getParentRoute: () => dashboard,
  path: '/settings',
  validateSearch: (search: Record<string, unknown>): { tab?: SettingsTab } => {
    const tab = SETTINGS_TABS.find((known) => known === search['tab']);
    return tab ? { tab } : {};
  },
  component: lazyRouteComponent(() => import('./settings/SettingsScreen'), 'SettingsScreen'),
});

export const deskRoutes = [dashboard.addChildren([overview, messages, appointments, services, settings])] as const;
