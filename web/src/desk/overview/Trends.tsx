/**
 * Four charts with the period before in each: what was booked, how many visits, whose time, and what arrived. They come
 * after the day itself and with code of their own, so that today is never waited for because of them.
 */
import '@mantine/charts/styles.layer.css';
import { AreaChart, BarChart } from '@mantine/charts';
import { Badge, Skeleton, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useUserProfile, type Appointment } from '~/api';
import { addDays, currencyDigits, dayKey, ErrorState, formatDay, formatDuration, formatMoney, fromWallClock } from '~/ui';
import { useBusinessZone, useRights } from '../queries';
import { countDeliveries, daysOf, decideArrivedShare, decideChange, decidePeriods, pairByDay, sumByStaff, sumPairs, type DayPair, type Period } from './model/trends';
import classes from './trends.module.css';
import { deliveriesOfPeriodQuery, visitsOfPeriodQuery, type Counted } from './trendQueries';

const CHART_HEIGHT = 112;
const STAFF_SHOWN_MAX = 8;
const MINUTES_PER_HOUR = 60;

/** The drawings are hidden from screen readers, so the keyboard must not lead into them either. */
const NO_FOCUS = { accessibilityLayer: false } as const;

/** The figures of an axis: few and even, and none left out. */
const FIGURES = { width: 44, allowDecimals: false, tickCount: 3, interval: 0 } as const;

const STAFF_COLOR = 'var(--fd-staff-mark)';
const BEFORE_LINE_COLOR = 'var(--fd-text-3)';

interface Key {
  label: string;
  color: string;
  /** Drawn as a line of dashes. */
  isDashed?: boolean;
}

interface ChartWords {
  /** "KES 412,300" */
  figure: string;
  /** Null where there was nothing. */
  before: string | null;
  change: number | null;
}

export default function Trends({ days }: { days: number }) {
  const zone = useBusinessZone();
  const { mayManage } = useRights();
  const today = dayKey(new Date(), zone);
  const periods = useMemo(() => decidePeriods(today, days), [today, days]);
  const visits = useQuery(visitsOfPeriodQuery(fromWallClock(`${periods.before.from} 00:00:00`, zone), fromWallClock(`${addDays(today, 1)} 00:00:00`, zone)));
  if (visits.error && !visits.data) return <div className={classes['card']}><ErrorState isSmall error={visits.error} onRetry={() => void visits.refetch()} /></div>;
  return (
    <div className={classes['grid']}>
      {visits.data ? <VisitCharts visits={visits.data} periods={periods} zone={zone} /> : [1, 2, 3].map((key) => <ChartSkeleton key={key} />)}
      {mayManage && <DeliveryChart period={periods.now} zone={zone} />}
    </div>
  );
}

function VisitCharts({ visits, periods, zone }: { visits: Counted<Appointment>; periods: { now: Period; before: Period }; zone: string }) {
  const { t } = useTranslation('desk');
  const currency = useUserProfile()?.team.currency ?? 'USD';
  const { value, count, staff } = useMemo(
    () => ({
      value: pairByDay(visits.rows, periods, zone, ({ price, status }) => (price.currency === currency && status !== 'no_show' ? price.amount : 0)),
      count: pairByDay(visits.rows, periods, zone, () => 1),
      staff: sumByStaff(visits.rows, periods, zone),
    }),
    [visits, periods, zone, currency],
  );
  const nowKey: Key = { label: t('overview.nowKey'), color: 'var(--fd-brand-fill)' };
  const beforeKey: Key = { label: t('overview.beforeKey'), color: 'var(--fd-line-strong)' };
  const unit = 10 ** currencyDigits(currency);
  const money = (amount: number) => formatMoney({ amount: Math.round(amount), currency });
  const staffSum = sumPairs(staff.map(({ now, before }) => ({ day: '', now, before })));
  const total = sumPairs(count);
  const isNothing = total.now + total.before === 0;
  const cut = visits.isCut ? t('overview.cut', { count: visits.rows.length }) : null;
  return (
    <>
      <ChartCard isEmpty={isNothing} keys={[nowKey, { ...beforeKey, color: BEFORE_LINE_COLOR, isDashed: true }]} title={t('overview.chartValue')} words={compare(value, (amount) => money(Math.round(amount / unit) * unit))} note={cut} link={<Link to="/dashboard/appointments" search={{ view: 'list' }} aria-label={`${t('overview.chartValue')}: ${t('overview.openList')}`}><IconChevronRight size={18} stroke={1.5} aria-hidden /></Link>}>
        <AreaChart {...useAxes(value)} areaChartProps={NO_FOCUS} series={[{ name: 'now', label: t('overview.nowKey'), color: 'var(--fd-brand-fill)' }, { name: 'before', label: t('overview.beforeKey'), color: BEFORE_LINE_COLOR }]} curveType="monotone" withDots={false} withGradient={false} fillOpacity={0} strokeWidth={2} areaProps={(series) => (series.name === 'before' ? { strokeDasharray: '4 4', strokeWidth: 1.5 } : { fill: 'var(--fd-brand-fill)', fillOpacity: 0.08 })} valueFormatter={money} yAxisProps={{ ...FIGURES, tickFormatter: (amount: number) => short(amount / unit) }} />
      </ChartCard>
      <ChartCard isEmpty={isNothing} keys={[nowKey, beforeKey]} title={t('overview.chartVisits')} words={compare(count, String)} note={cut} link={<Link to="/dashboard/appointments" aria-label={`${t('overview.chartVisits')}: ${t('overview.openCalendar')}`}><IconChevronRight size={18} stroke={1.5} aria-hidden /></Link>}>
        <BarChart {...useAxes(count)} series={[{ name: 'before', label: t('overview.beforeKey'), color: 'var(--fd-line-strong)' }, { name: 'now', label: t('overview.nowKey'), color: 'var(--fd-brand-fill)' }]} barProps={{ radius: [2, 2, 0, 0] }} barChartProps={{ ...NO_FOCUS, barGap: 1, barCategoryGap: '20%' }} />
      </ChartCard>
      <ChartCard isEmpty={staff.length === 0} keys={[{ ...nowKey, color: STAFF_COLOR }, beforeKey]} title={t('overview.chartStaff')} words={{ figure: formatDuration(staffSum.now), before: staffSum.before === 0 ? null : formatDuration(staffSum.before), change: decideChange(staffSum.now, staffSum.before) }} note={cut} link={<Link to="/dashboard/appointments" search={{ view: 'staff' }} aria-label={`${t('overview.chartStaff')}: ${t('overview.openStaff')}`}><IconChevronRight size={18} stroke={1.5} aria-hidden /></Link>}>
        <BarChart h={CHART_HEIGHT} barChartProps={NO_FOCUS} data={staff.slice(0, STAFF_SHOWN_MAX).map((person) => ({ day: person.name.split(' ')[0], now: person.now / MINUTES_PER_HOUR, before: person.before / MINUTES_PER_HOUR }))} dataKey="day" tickLine="none" gridAxis="x" strokeDasharray="1 0" accessibilityLayer={false} series={[{ name: 'before', label: t('overview.beforeKey'), color: 'var(--fd-line-strong)' }, { name: 'now', label: t('overview.nowKey'), color: STAFF_COLOR }]} barProps={{ radius: [2, 2, 0, 0] }} maxBarWidth={22} valueFormatter={(hours) => formatDuration(Math.round(hours * MINUTES_PER_HOUR))} yAxisProps={{ ...FIGURES, tickFormatter: (hours: number) => `${short(hours)} h` }} />
      </ChartCard>
    </>
  );
}

function DeliveryChart({ period, zone }: { period: Period; zone: string }) {
  const { t } = useTranslation('desk');
  const query = useQuery(deliveriesOfPeriodQuery(fromWallClock(`${period.from} 00:00:00`, zone)));
  const days = useMemo(() => countDeliveries(query.data?.rows ?? [], daysOf(period), zone), [query.data, period, zone]);
  const axes = useAxes(days);
  if (query.error && !query.data) return <div className={classes['card']}><ErrorState isSmall error={query.error} onRetry={() => void query.refetch()} /></div>;
  if (!query.data) return <ChartSkeleton />;
  const share = decideArrivedShare(days);
  const all = days.reduce((sum, day) => sum + day.first + day.retried + day.failed, 0);
  const series = [
    { name: 'first', label: t('overview.firstTry'), color: 'var(--fd-good-mark)' },
    { name: 'retried', label: t('overview.afterRetry'), color: 'var(--fd-waiting-mark)' },
    { name: 'failed', label: t('overview.failedKey'), color: 'var(--fd-failed-fill)' },
  ];
  return (
    <ChartCard isEmpty={all === 0} title={t('overview.chartDeliveries')} figure={String(all)} badge={share && <Badge color={share === '100' ? 'green' : 'orange'}>{t('overview.arrivedShare', { share })}</Badge>} keys={series} note={query.data.isCut ? t('overview.cut', { count: query.data.rows.length }) : null} link={<Link to="/dashboard/deliveries" aria-label={`${t('overview.chartDeliveries')}: ${t('overview.openDeliveries')}`}><IconChevronRight size={18} stroke={1.5} aria-hidden /></Link>}>
      <BarChart {...axes} barChartProps={NO_FOCUS} type="stacked" series={series} maxBarWidth={22} />
    </ChartCard>
  );
}

/** What charts over days share: the days below, whole numbers beside, nothing that moves. */
function useAxes(data: readonly { day: string }[]) {
  return {
    h: CHART_HEIGHT,
    data: data.map((row) => ({ ...row })),
    dataKey: 'day',
    tickLine: 'none',
    gridAxis: 'x',
    strokeDasharray: '1 0',
    // The figures say what is drawn; a picture that nobody hears must not take the focus.
    accessibilityLayer: false,
    xAxisProps: { tickFormatter: dayWords, interval: 'equidistantPreserveStart', minTickGap: 36, padding: { left: 4, right: 4 } },
    yAxisProps: FIGURES,
    tooltipProps: { labelFormatter: (day: ReactNode) => dayWords(String(day)), isAnimationActive: false },
  } as const;
}

/** The kit also asks while it points at no day. */
function dayWords(day: string): string {
  if (!/^\d{4}-/.test(day)) return day;
  return formatDay(`${day}T12:00:00Z`, 'UTC').replace(/^\S+ /, '');
}

/** "24k" beside an axis. */
function short(amount: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(amount).toLowerCase();
}

function compare(pairs: readonly DayPair[], say: (amount: number) => string): ChartWords {
  const { now, before } = sumPairs(pairs);
  return { figure: say(now), before: before === 0 ? null : say(before), change: decideChange(now, before) };
}

interface ChartCardProps {
  title: string;
  words?: ChartWords;
  figure?: string;
  badge?: ReactNode;
  keys: readonly Key[];
  note: string | null;
  /** Nothing to draw, now or before. */
  isEmpty: boolean;
  link: ReactNode;
  children: ReactNode;
}

function ChartCard({ title, words, figure, badge, keys, note, isEmpty, link, children }: ChartCardProps) {
  const { t } = useTranslation('desk');
  return (
    <section className={classes['card']} aria-label={title}>
      <header className={classes['head']}>
        <strong>{title}</strong>
        <ul className={classes['keys']}>{keys.map((key) => <li key={key.label}><i aria-hidden data-dashed={key.isDashed || undefined} style={{ ['--key' as string]: key.color }} />{key.label}</li>)}</ul>
        {link}
      </header>
      <div className={classes['sum']}>
        <span className={classes['figure']}>{words?.figure ?? figure}</span>
        {words && <Change change={words.change} />}
        {badge}
        {words?.before && <Text span size="xs" c="dimmed" className="tabular">{t('overview.before', { figure: words.before })}</Text>}
      </div>
      {/* What is drawn is said by the figures above; the rest is in the lists. */}
      {isEmpty ? <div className={classes['empty']}>{t('overview.nothingYet')}</div> : <div aria-hidden>{children}</div>}
      {note && <Text size="xs" c="dimmed">{note}</Text>}
    </section>
  );
}

function Change({ change }: { change: number | null }) {
  const { t } = useTranslation('desk');
  if (change === null || change === 0) return null;
  const Icon = change > 0 ? IconArrowUp : IconArrowDown;
  return <Badge color={change > 0 ? 'green' : 'gray'} leftSection={<Icon size={12} stroke={2.25} aria-hidden />} aria-label={t(change > 0 ? 'overview.more' : 'overview.less', { percent: Math.abs(change) })}>{Math.abs(change)}%</Badge>;
}

function ChartSkeleton() {
  return <div className={classes['card']} aria-hidden><Skeleton height={12} width="30%" /><Skeleton height={20} width="45%" my={10} /><Skeleton height={CHART_HEIGHT} /></div>;
}
