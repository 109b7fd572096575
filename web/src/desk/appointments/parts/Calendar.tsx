/**
 * A day or a week as a grid of hours, in the business's zone whatever the viewer's is. Fill says the status, edge and
 * initials say who; pending is dashed, closed time is hatched.
 */
import { DayView, WeekView, type ScheduleEventData } from '@mantine/schedule';
import { useElementSize } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { Button, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, type Appointment, type Provider } from '~/api';
import { formatClock, formatDayAndClock, fromWallClock, initialsOf, toWallClock, weekdayOf } from '~/ui';
import { showAppointment } from '../../live';
import { isStanding } from '../../model/appointments';
import classes from '../appointments.module.css';
import { placeInColumns, type Place } from '../columns';
import { decideBusinessHours, decideDayFrame } from '../openHours';
import { staffColor } from '../staffColors';
import { StatusGlyph } from './StatusBadge';

/** At this length a card has one line, at the next one two. */
const ONE_LINE_MINUTES = 30;
const TWO_LINES_MINUTES = 60;
const HOUR_HEIGHT_MIN = 54;
/** The row of days above the grid. */
const HEADER_HEIGHT = 46;
const STEP_MINUTES = 30;

interface Props {
  view: 'day' | 'week';
  /** First day shown. */
  date: string;
  zone: string;
  appointments: readonly Appointment[];
  providers: readonly Provider[];
  onOpen: (appointmentId: string) => void;
  onOpenDay: (day: string) => void;
  onPickTime: (stamp: string) => void;
}

export function Calendar({ view, date, zone, appointments, providers, onOpen, onOpenDay, onPickTime }: Props) {
  const { t } = useTranslation('desk');
  const reschedule = useReschedule();
  const frame = useMemo(() => decideDayFrame(providers, appointments, zone), [providers, appointments, zone]);
  const businessHours = useMemo(() => decideBusinessHours(providers), [providers]);
  // A short day fills the page; a long one scrolls.
  const { ref, height } = useElementSize();
  const hours = Number(frame.end.slice(0, 2)) - Number(frame.start.slice(0, 2)) + (frame.end === '23:59:59' ? 1 : 0);
  const hourHeight = Math.max(HOUR_HEIGHT_MIN, Math.floor((height - (view === 'week' ? HEADER_HEIGHT : 2)) / hours));
  const dayHours = businessHours[weekdayOf(date) % 7] ?? null;
  const { events, places } = useMemo(() => {
    const shown = appointments.filter((entry) => isStanding(entry)).map((appointment): ScheduleEventData & { start: string; end: string } => ({
      id: appointment.id,
      title: appointment.service,
      start: toWallClock(appointment.start, zone),
      end: toWallClock(appointment.end, zone),
      color: staffColor(providers, appointment.staffId),
      payload: { appointment },
    }));
    return { events: shown, places: placeInColumns(shown.map(({ id, start, end }) => ({ id: String(id), start, end }))) };
  }, [appointments, providers, zone]);
  const shared = {
    date,
    events,
    startTime: frame.start,
    endTime: frame.end,
    intervalMinutes: STEP_MINUTES,
    withHeader: false,
    withSubHourGridLines: false,
    highlightBusinessHours: true,
    slotHeight: `${hourHeight}px`,
    slotLabelFormat: 'H:mm',
    radius: 'sm',
    withCurrentTimeIndicator: true,
    withCurrentTimeBubble: true,
    getCurrentTime: () => toWallClock(new Date(), zone),
    withEventsDragAndDrop: true,
    canDragEvent: (event: ScheduleEventData) => mayMove((event.payload as { appointment: Appointment }).appointment),
    onEventDrop: ({ event, newStart }: { event: ScheduleEventData; newStart: string }) => void reschedule((event.payload as { appointment: Appointment }).appointment, fromWallClock(newStart, zone)),
    onEventClick: (event: ScheduleEventData) => onOpen(String(event.id)),
    onTimeSlotClick: ({ slotStart }: { slotStart: string }) => onPickTime(slotStart),
    renderEvent: (event: ScheduleEventData, props: React.ComponentPropsWithoutRef<'button'>) => <EventCard event={event} zone={zone} isNarrow={view === 'week'} place={places.get(String(event.id))} buttonProps={props} />,
    classNames: { weekViewDaySlot: classes['slot'] ?? '', dayViewSlot: classes['slot'] ?? '', weekViewSlotLabel: classes['hour'] ?? '', dayViewSlotLabel: classes['hour'] ?? '' } as Record<string, string>,
  } as const;
  return (
    <div ref={ref} className={classes['calendar']} data-closed={(view === 'day' && dayHours === null) || undefined}>
      {view === 'week' ? (
        <WeekView {...shared} onDateChange={(day) => onOpenDay(day.slice(0, 10))} labels={{ weekday: t('appointments.openDay') }} withAllDaySlots={false} businessHours={businessHours} firstDayOfWeek={1} withWeekNumber={false} weekendDays={[]} highlightToday weekdayFormat={(day) => dayWords(day, businessHours, t('appointments.closed'))} scrollAreaProps={{ mah: '100%', h: '100%' }} />
      ) : (
        <DayView {...shared} withAllDaySlot={false} highlightBusinessHours={dayHours !== null} {...(dayHours ? { businessHours: dayHours } : {})} scrollAreaProps={{ mah: '100%', h: '100%' }} />
      )}
    </div>
  );
}

/** "Sun · Closed" for a day on which nobody works. */
function dayWords(day: string, hours: ReturnType<typeof decideBusinessHours>, closed: string): string {
  const weekday = weekdayOf(day.slice(0, 10));
  const name = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' }).format(new Date(`${day.slice(0, 10)}T00:00:00Z`));
  return hours[weekday % 7] ? name : `${name} · ${closed}`;
}

function mayMove(appointment: Appointment): boolean {
  return appointment.status === 'pending' || appointment.status === 'confirmed';
}

interface EventCardProps {
  event: ScheduleEventData;
  zone: string;
  isNarrow: boolean;
  place: Place | undefined;
  buttonProps: React.ComponentPropsWithoutRef<'button'>;
}

function EventCard({ event, zone, isNarrow, place, buttonProps }: EventCardProps) {
  const { t } = useTranslation('desk');
  const { appointment } = event.payload as { appointment: Appointment };
  const { status, customer, staffName, durationMinutes } = appointment;
  const lines = durationMinutes <= ONE_LINE_MINUTES ? 1 : durationMinutes < TWO_LINES_MINUTES + 15 ? 2 : 3;
  const { children: _children, title: _title, style, ...rest } = buttonProps;
  const own = place && { left: undefined, insetInlineStart: `${place.left * 100}%`, width: `${place.width * 100}%` };
  return (
    <UnstyledButton {...rest} style={{ ...style, ...own }} aria-label={undefined}>
      <span className={classes['event']} style={{ ['--staff' as string]: event.color }} data-status={status} data-lines={lines}>
        <span className={classes['eventWords']}>
          <strong>{appointment.service}</strong>{' '}
          <span>{customer.name}</span>{' '}
          {lines > 2 && <span className="tabular">{formatClock(appointment.start, zone)}{isNarrow ? '' : ` – ${formatClock(appointment.end, zone)}`}</span>}
        </span>
        {status !== 'confirmed' && <span className={classes['eventGlyph']}><StatusGlyph status={status} size={13} /></span>}
        <span className={classes['eventStaff']} aria-hidden>{initialsOf(staffName)}</span>
      </span>
      <VisuallyHidden>{`, ${formatClock(appointment.start, zone)}, ${t(`status.${status}`)}, ${staffName}`}</VisuallyHidden>
    </UnstyledButton>
  );
}

/** Moves an appointment by dragging: at once, with a way back, and back by itself when the server refuses. */
function useReschedule(): (appointment: Appointment, start: string) => Promise<void> {
  const client = useQueryClient();
  const { t } = useTranslation('desk');
  return async function reschedule(appointment, start) {
    if (start === new Date(appointment.start).toISOString()) return;
    const end = new Date(Date.parse(start) + Date.parse(appointment.end) - Date.parse(appointment.start)).toISOString();
    showAppointment(client, { ...appointment, start, time: start, end });
    try {
      const { data } = await must(userApi.PUT('/api/appointments/{id}/reschedule', { params: { path: { id: appointment.id } }, body: { time: start } }));
      showAppointment(client, data);
      const id = `moved-${appointment.id}`;
      notifications.show({
        id,
        message: (
          <span className={classes['undo']}>
            {t('appointments.moved', { time: formatDayAndClock(data.start, data.timezone) })}
            <Button size="compact-xs" variant="subtle" onClick={() => (notifications.hide(id), void reschedule(data, new Date(appointment.start).toISOString()))}>{t('appointments.undoMove')}</Button>
          </span>
        ),
      });
    } catch (error) {
      showAppointment(client, appointment);
      notifications.show({ color: 'red', title: t('appointments.actionFailed'), message: toProblem(error).detail });
    }
  };
}
