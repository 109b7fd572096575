/**
 * The business side, behind sign-in. Screens are only named here: this file is part of the first download.
 *
 * The router hands a screen everything an address says unless the route names it: what a route refuses is named too, as
 * nothing.
 */
import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { userSession, type ChannelKind, type DeliveryStatus, type EventStatus } from '~/api';
import { rootRoute } from '~/app/root';
import { NOTICE_CATEGORIES, type NoticeCategory } from '~/features/preferences/categories';

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

/** The value of a search parameter when it is one of those known. */
function pickOne<Value extends string>(known: readonly Value[], value: unknown): Value | undefined {
  return known.find((entry) => entry === value);
}

function pickText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export type InboxFilter = 'all' | 'mine' | 'unread' | 'archived' | 'blocked';
const INBOX_FILTERS: readonly InboxFilter[] = ['mine', 'unread', 'archived', 'blocked'];

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
    tab: search['tab'] === 'customers' ? 'customers' : undefined,
    filter: pickOne(INBOX_FILTERS, search['filter']),
    appointment: pickText(search['appointment']),
  }),
  component: lazyRouteComponent(() => import('./messages/MessagesScreen'), 'MessagesScreen'),
});

export type CalendarView = 'day' | 'week' | 'staff' | 'list';
const CALENDAR_VIEWS: readonly CalendarView[] = ['day', 'week', 'staff', 'list'];

/** A day that is in the calendar: 2027-02-30 is none. */
function parseDay(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value) ? value : undefined;
}

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
    view: pickOne(CALENDAR_VIEWS, search['view']),
    date: parseDay(search['date']),
    open: pickText(search['open']),
    new: search['new'] ? true : undefined,
  }),
  component: lazyRouteComponent(() => import('./appointments/AppointmentsScreen'), 'AppointmentsScreen'),
});

const services = createRoute({
  getParentRoute: () => dashboard,
  path: '/services',
  validateSearch: (search: Record<string, unknown>): { new?: true } => ({ new: search['new'] ? true : undefined }),
  component: lazyRouteComponent(() => import('./services/ServicesScreen'), 'ServicesScreen'),
});

const EVENT_STATUSES: readonly EventStatus[] = ['pending', 'scheduled', 'processing', 'completed', 'failed', 'cancelled'];
const DELIVERY_STATUSES: readonly DeliveryStatus[] = ['pending', 'held', 'sending', 'sent', 'delivered', 'failed', 'dead', 'cancelled'];
const CHANNELS: readonly ChannelKind[] = ['email', 'sms', 'whatsapp', 'webhook', 'push', 'inapp'];

export interface EventsSearch {
  type?: string;
  status?: EventStatus;
  /** The first and the last day, as the business counts days. */
  from?: string;
  to?: string;
  q?: string;
}

const events = createRoute({
  getParentRoute: () => dashboard,
  path: '/events',
  validateSearch: (search: Record<string, unknown>): EventsSearch => ({
    type: pickText(search['type']),
    status: pickOne(EVENT_STATUSES, search['status']),
    from: parseDay(search['from']),
    to: parseDay(search['to']),
    q: pickText(search['q']),
  }),
  component: lazyRouteComponent(() => import('./events/EventsScreen'), 'EventsScreen'),
});

const event = createRoute({
  getParentRoute: () => dashboard,
  path: '/events/$eventId',
  // The delivery whose details are open.
  validateSearch: (search: Record<string, unknown>): { delivery?: string } => ({ delivery: pickText(search['delivery']) }),
  component: lazyRouteComponent(() => import('./events/EventScreen'), 'EventScreen'),
});

export interface DeliveriesSearch {
  status?: DeliveryStatus;
  channel?: ChannelKind;
  recipient?: string;
}

const deliveries = createRoute({
  getParentRoute: () => dashboard,
  path: '/deliveries',
  validateSearch: (search: Record<string, unknown>): DeliveriesSearch => ({
    status: pickOne(DELIVERY_STATUSES, search['status']),
    channel: pickOne(CHANNELS, search['channel']),
    recipient: pickText(search['recipient']),
  }),
  component: lazyRouteComponent(() => import('./deliveries/DeliveriesScreen'), 'DeliveriesScreen'),
});

const mailbox = createRoute({
  getParentRoute: () => dashboard,
  path: '/mailbox/{-$mailId}',
  validateSearch: (search: Record<string, unknown>): { q?: string } => ({ q: pickText(search['q']) }),
  component: lazyRouteComponent(() => import('./mailbox/MailboxScreen'), 'MailboxScreen'),
});

const webhooks = createRoute({
  getParentRoute: () => dashboard,
  path: '/webhooks',
  validateSearch: (search: Record<string, unknown>): { new?: true } => ({ new: search['new'] ? true : undefined }),
  component: lazyRouteComponent(() => import('./webhooks/WebhooksScreen'), 'WebhooksScreen'),
});

const webhook = createRoute({
  getParentRoute: () => dashboard,
  path: '/webhooks/$webhookId',
  // The try whose details are open.
  validateSearch: (search: Record<string, unknown>): { open?: string } => ({ open: pickText(search['open']) }),
  component: lazyRouteComponent(() => import('./webhooks/WebhookScreen'), 'WebhookScreen'),
});

const channels = createRoute({
  getParentRoute: () => dashboard,
  path: '/channels',
  component: lazyRouteComponent(() => import('./channels/ChannelsScreen'), 'ChannelsScreen'),
});

interface TemplatesSearch {
  q?: string;
  channel?: ChannelKind;
  own?: true;
}

const templates = createRoute({
  getParentRoute: () => dashboard,
  path: '/templates',
  validateSearch: (search: Record<string, unknown>): TemplatesSearch => ({ q: pickText(search['q']), channel: pickOne(CHANNELS, search['channel']), own: search['own'] ? true : undefined }),
  component: lazyRouteComponent(() => import('./templates/TemplatesScreen'), 'TemplatesScreen'),
});

const template = createRoute({
  getParentRoute: () => dashboard,
  path: '/templates/$type/$channel',
  validateSearch: (search: Record<string, unknown>): { language?: string } => ({ language: pickText(search['language']) }),
  component: lazyRouteComponent(() => import('./templates/TemplateScreen'), 'TemplateScreen'),
});

const keys = createRoute({
  getParentRoute: () => dashboard,
  path: '/keys',
  validateSearch: (search: Record<string, unknown>): { new?: true } => ({ new: search['new'] ? true : undefined }),
  component: lazyRouteComponent(() => import('./keys/KeysScreen'), 'KeysScreen'),
});

const developers = createRoute({
  getParentRoute: () => dashboard,
  path: '/developers',
  component: lazyRouteComponent(() => import('./developers/DevelopersScreen'), 'DevelopersScreen'),
});

export const SETTINGS_TABS = ['business', 'hours', 'storefront', 'account', 'policy', 'reach'] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];

const settings = createRoute({
  getParentRoute: () => dashboard,
  path: '/settings',
  validateSearch: (search: Record<string, unknown>): { tab?: SettingsTab } => ({ tab: pickOne(SETTINGS_TABS, search['tab']) }),
  component: lazyRouteComponent(() => import('./settings/SettingsScreen'), 'SettingsScreen'),
});

const team = createRoute({
  getParentRoute: () => dashboard,
  path: '/team',
  // The drawer that is open: an invitation to be written, or a member.
  validateSearch: (search: Record<string, unknown>): { invite?: true; member?: string } => ({ invite: search['invite'] ? true : undefined, member: pickText(search['member']) }),
  component: lazyRouteComponent(() => import('./team/TeamScreen'), 'TeamScreen'),
});

export interface AuditSearch {
  actor?: string;
  action?: string;
  from?: string;
  to?: string;
  /** The line whose details are open. */
  open?: string;
}

const audit = createRoute({
  getParentRoute: () => dashboard,
  path: '/audit',
  validateSearch: (search: Record<string, unknown>): AuditSearch => ({
    actor: pickText(search['actor']),
    action: pickText(search['action']),
    from: parseDay(search['from']),
    to: parseDay(search['to']),
    open: pickText(search['open']),
  }),
  component: lazyRouteComponent(() => import('./audit/AuditScreen'), 'AuditScreen'),
});

const notices = createRoute({
  getParentRoute: () => dashboard,
  path: '/notices',
  validateSearch: (search: Record<string, unknown>): { unread?: true; category?: NoticeCategory } => ({ unread: search['unread'] ? true : undefined, category: pickOne(NOTICE_CATEGORIES, search['category']) }),
  component: lazyRouteComponent(() => import('./notices/NoticesScreen'), 'NoticesScreen'),
});

const preferences = createRoute({
  getParentRoute: () => dashboard,
  path: '/preferences',
  component: lazyRouteComponent(() => import('./preferences/PreferencesScreen'), 'PreferencesScreen'),
});

const security = createRoute({
  getParentRoute: () => dashboard,
  path: '/security',
  component: lazyRouteComponent(() => import('./security/SecurityScreen'), 'SecurityScreen'),
});

export const deskRoutes = [dashboard.addChildren([overview, messages, appointments, services, events, event, deliveries, mailbox, webhooks, webhook, channels, templates, template, keys, developers, settings, team, audit, notices, preferences, security])] as const;
