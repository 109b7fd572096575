/** Today first: what comes next, who waits for an answer, which bookings wait, and what did not arrive; then how it goes. */
import { Badge, Button, Kbd, SegmentedControl, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { useInViewport, useMediaQuery } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { IconArrowRight, IconCalendar, IconClock, IconMessageCircle, IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUserProfile, type Appointment, type Provider } from '~/api';
import { countUnread, flattenConversations, LastWords, useConversations, userChat } from '~/features/messaging';
import { addDays, dayKey, ErrorState, formatAgo, formatClock, formatDay, formatDayAndClock, formatLongDay, fromWallClock, PersonAvatar, toWallClock, weekdayOf, zoneName } from '~/ui';
import { StatusBadge } from '../appointments/parts/StatusBadge';
import { PENDING_FILTER } from '../appointments/parts/PendingStrip';
import { useAppointmentMove } from '../appointments/useAppointmentMove';
import { isStanding } from '../model/appointments';
import { NoticeBell } from '../notices/NoticeBell';
import { DeskTitle } from '../parts/DeskTitle';
import { appointmentsQuery, providersQuery, useBusinessZone } from '../queries';
import { OverviewCard } from './OverviewCard';
import { useGivenUp } from '../useGivenUp';
import { useNow } from '../useNow';
import { FailedCard } from './FailedCard';
import classes from './overview.module.css';
import { SetupHint } from './SetupHint';
import { ShareCard } from './ShareCard';

const ROWS_SHOWN_MAX = 3;
const SOON_MINUTES = 60;
const DAY_ROWS_MAX = 200;
/** How far ahead the next appointment is looked for once the day is over, and among how many: some were cancelled. */
const AHEAD_DAYS = 14;
const AHEAD_ROWS_MAX = 20;
/** Days that the charts can look back over. */
const PERIODS = [7, 30] as const;

const Trends = lazy(() => import('./Trends'));

export function OverviewScreen() {
  const { t } = useTranslation('desk');
  const profile = useUserProfile();
  const zone = useBusinessZone();
  const now = useNow();
  const isPhone = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const providers = useQuery(providersQuery);
  const givenUp = useGivenUp();
  const closing = findClosing(providers.data, toWallClock(now, zone));
  const state = !providers.data ? null : closing ? t('overview.openUntil', { time: closing }) : t('overview.closedNow');
  return (
    <div className={classes['page']}>
      <header className={classes['header']}>
        <div>
          <DeskTitle named={t('nav.overview')}>{isPhone ? formatDay(now.toISOString(), zone, now) : formatLongDay(now.toISOString(), zone)}</DeskTitle>
          <Text size="sm" c="dimmed">{[profile?.team.name, state, zoneName(zone)].filter(Boolean).join(' · ')}</Text>
        </div>
        <span className={classes['spring']} />
        <UnstyledButton className={classes['search'] ?? ''} onClick={spotlight.open}><IconSearch size={16} stroke={1.5} aria-hidden /><span>{t('palette.open')}</span><Kbd size="xs">⌘K</Kbd></UnstyledButton>
        {isPhone && <NoticeBell isPhone />}
        <Button leftSection={<IconPlus size={16} stroke={2} />} renderRoot={(props) => <Link {...props} to="/dashboard/appointments" search={{ new: true }} />}>{t('appointments.new')}</Button>
      </header>
      <SetupHint />
      <div className={classes['cards']}>
        <NextAppointments now={now} zone={zone} />
        <WaitingChats />
        <PendingBookings />
        {givenUp > 0 ? <FailedCard /> : <ShareCard />}
      </div>
      <Statistics />
    </div>
  );
}

/** When the stretch that is open now ends, by anybody's hours; null when all are closed. */
function findClosing(providers: readonly Provider[] | undefined, wallClock: string): string | null {
  const day = weekdayOf(wallClock.slice(0, 10));
  const time = wallClock.slice(11, 16);
  const open = (providers ?? []).filter((provider) => provider.bookable).flatMap((provider) => provider.weekly).filter((hours) => hours.day === day && hours.start <= time && time < hours.end);
  return open.map((hours) => hours.end).sort().at(-1) ?? null;
}

function RowsSkeleton() {
  return <>{[1, 2, 3].map((key) => <div key={key} className={classes['row']}><Skeleton circle width={36} height={36} /><div className={classes['rowWords']}><Skeleton height={11} width="60%" /><Skeleton height={9} width="80%" mt={8} /></div></div>)}</>;
}

function Nothing({ title, text }: { title: string; text: string }) {
  return <div className={classes['nothing']}><Text fw={600} size="sm">{title}</Text><Text size="xs" c="dimmed">{text}</Text></div>;
}

function NextAppointments({ now, zone }: { now: Date; zone: string }) {
  const { t } = useTranslation('desk');
  const today = dayKey(now, zone);
  const query = useQuery(appointmentsQuery({ from: fromWallClock(`${today} 00:00:00`, zone), to: fromWallClock(`${addDays(today, 1)} 00:00:00`, zone), limit: DAY_ROWS_MAX }));
  const standing = (query.data ?? []).filter(isStanding).sort((a, b) => a.start.localeCompare(b.start));
  const left = standing.filter((entry) => Date.parse(entry.end) > now.getTime() && entry.status !== 'completed' && entry.status !== 'no_show');
  const isDayOver = query.data !== undefined && left.length === 0;
  const ahead = useQuery({ ...appointmentsQuery({ from: fromWallClock(`${addDays(today, 1)} 00:00:00`, zone), to: fromWallClock(`${addDays(today, 1 + AHEAD_DAYS)} 00:00:00`, zone), limit: AHEAD_ROWS_MAX }), enabled: isDayOver });
  const coming = isDayOver ? (ahead.data ?? []).filter(isStanding).sort((a, b) => a.start.localeCompare(b.start)) : [];
  const nextDay = coming[0] && dayKey(coming[0].start, zone);
  const next = (isDayOver ? coming.filter((entry) => dayKey(entry.start, zone) === nextDay) : left).slice(0, ROWS_SHOWN_MAX);
  return (
    <OverviewCard icon={<IconCalendar size={16} stroke={1.5} />} tone="brand" title={t('overview.next')} figure={query.data && t('overview.today', { count: standing.length })} link={<Link to="/dashboard/appointments" search={{ view: 'day', date: nextDay }}>{t('overview.openCalendar')}<IconArrowRight size={16} stroke={1.75} aria-hidden /></Link>}>
      {query.error && !query.data ? <ErrorState isSmall error={query.error} onRetry={() => void query.refetch()} /> : query.isPending || ahead.isLoading ? <RowsSkeleton /> : next.length === 0 ? <Nothing title={t('overview.noMore')} text={t('overview.noMoreText')} /> : <>
        {coming[0] && <Text size="xs" c="dimmed" mb={4}>{t('overview.nextDay', { day: formatDay(coming[0].start, zone, now) })}</Text>}
        {next.map((entry) => <NextRow key={entry.id} appointment={entry} now={now} zone={zone} />)}
      </>}
    </OverviewCard>
  );
}

function NextRow({ appointment, now, zone }: { appointment: Appointment; now: Date; zone: string }) {
  const { t } = useTranslation('desk');
  const minutes = Math.round((Date.parse(appointment.start) - now.getTime()) / 60_000);
  const isSoon = minutes >= 0 && minutes < SOON_MINUTES && appointment.status === 'confirmed';
  return (
    <Link className={classes['row']} to="/dashboard/appointments" search={{ view: 'day', date: dayKey(appointment.start, zone), open: appointment.id }}>
      <time className={classes['clock']} dateTime={appointment.start}>{formatClock(appointment.start, zone)}</time>
      <span className={classes['rowWords']}><strong>{appointment.service}</strong><span>{appointment.customer.name} · {appointment.staffName}</span></span>
      {isSoon ? <Badge className={classes['soon'] ?? ''} fw={600}>{minutes === 0 ? t('overview.now') : t('overview.inMinutes', { time: `${minutes} min` })}</Badge> : <StatusBadge status={appointment.status} />}
    </Link>
  );
}

function WaitingChats() {
  const { t } = useTranslation('desk');
  const query = useConversations(userChat, { status: 'active' });
  // The one who has waited longest stands first.
  const waiting = flattenConversations(query.data).filter((row) => row.unreadCount > 0).sort((a, b) => (a.lastMessageTime ?? '').localeCompare(b.lastMessageTime ?? ''));
  const oldest = waiting[0];
  return (
    <OverviewCard
      icon={<IconMessageCircle size={16} stroke={1.5} />}
      tone="waiting"
      title={t('overview.waiting')}
      figure={query.data && t('overview.unanswered', { count: countUnread(query.data).count })}
      link={<Link to="/dashboard/messages/{-$conversationId}" params={oldest ? { conversationId: oldest.id } : {}}>{oldest ? t('overview.answerOldest') : t('overview.openMessages')}<IconArrowRight size={16} stroke={1.75} aria-hidden /></Link>}
    >
      {query.error && !query.data ? (
        <ErrorState isSmall error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <RowsSkeleton />
      ) : waiting.length === 0 ? (
        <Nothing title={t('overview.allAnswered')} text={t('overview.allAnsweredText')} />
      ) : (
        waiting.slice(0, ROWS_SHOWN_MAX).map((row) => (
          <Link key={row.id} className={classes['row']} to="/dashboard/messages/{-$conversationId}" params={{ conversationId: row.id }}>
            <PersonAvatar name={row.name} size={36} isOnline={row.isOnline} />
            <span className={classes['rowWords']}><strong>{row.name}</strong><span><LastWords conversation={row} /></span></span>
            {row.lastMessageTime && <Badge className={classes['soon'] ?? ''} fw={600} leftSection={<IconClock size={12} stroke={2} />}>{formatAgo(row.lastMessageTime)}</Badge>}
          </Link>
        ))
      )}
    </OverviewCard>
  );
}

function PendingBookings() {
  const { t } = useTranslation('desk');
  const query = useQuery(appointmentsQuery(PENDING_FILTER));
  const pending = (query.data ?? []).filter((entry) => entry.status === 'pending').sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  return (
    <OverviewCard icon={<IconClock size={16} stroke={1.5} />} tone="waiting" title={t('overview.pending')} figure={query.data && t('overview.pendingCount', { count: pending.length })} link={<Link to="/dashboard/appointments">{pending.length > 0 ? t('overview.seePending') : t('overview.openCalendar')}<IconArrowRight size={16} stroke={1.75} aria-hidden /></Link>}>
      {query.error && !query.data ? <ErrorState isSmall error={query.error} onRetry={() => void query.refetch()} /> : query.isPending ? <RowsSkeleton /> : pending.length === 0 ? <Nothing title={t('overview.noPending')} text={t('overview.noPendingText')} /> : pending.slice(0, ROWS_SHOWN_MAX).map((entry) => <PendingRow key={entry.id} appointment={entry} />)}
    </OverviewCard>
  );
}

function PendingRow({ appointment }: { appointment: Appointment }) {
  const { t } = useTranslation('desk');
  const { confirm, isBusy } = useAppointmentMove(appointment);
  return (
    <div className={classes['row']}>
      <Link className={classes['rowWords']} data-wrap to="/dashboard/appointments" search={{ open: appointment.id }}><strong>{appointment.service} · {appointment.customer.name}</strong><span>{formatDayAndClock(appointment.start, appointment.timezone)}</span></Link>
      <Button size="xs" variant="light" loading={isBusy} onClick={() => void confirm()}>{t('appointments.confirm')}</Button>
    </div>
  );
}

/** The charts are wanted after the day itself: they load once they come near the screen. */
function Statistics() {
  const { t } = useTranslation('desk');
  const [days, setDays] = useState<(typeof PERIODS)[number]>(PERIODS[0]);
  const { ref, inViewport } = useInViewport<HTMLElement>();
  const [isWanted, setIsWanted] = useState(false);
  if (inViewport && !isWanted) setIsWanted(true);
  return (
    <section ref={ref} className={classes['trends']}>
      <div className={classes['trendsHead']}>
        <Text component="h2" fw={600} size="lg">{t('overview.lastDays', { count: days })} <Text span size="sm" c="dimmed" fw={400}>{t('overview.comparedWith', { count: days })}</Text></Text>
        <SegmentedControl value={String(days)} onChange={(value) => setDays(PERIODS.find((known) => String(known) === value) ?? PERIODS[0])} aria-label={t('overview.period')} data={PERIODS.map((count) => ({ value: String(count), label: t('overview.days', { count }) }))} />
      </div>
      <Suspense fallback={<TrendsSkeleton />}>{isWanted ? <Trends days={days} /> : <TrendsSkeleton />}</Suspense>
    </section>
  );
}

function TrendsSkeleton() {
  return <div className={classes['trendsWaiting']} aria-hidden>{[1, 2, 3, 4].map((key) => <Skeleton key={key} height={208} radius="lg" />)}</div>;
}
