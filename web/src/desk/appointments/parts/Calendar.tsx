/**
 * A day, a week, or a day with a row for each person, as a grid of hours in the business's zone whatever the viewer's is.
 * Fill says the status, edge and initials say who; pending is dashed, closed time is hatched.
 */
import { DayView, ResourcesDayView, WeekView, type ScheduleEventData } from '@mantine/schedule';
import { useElementSize } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { Button, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { must, newKey, toProblem, userApi, type Appointment, type Provider } from '~/api';
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
/** Half an hour of somebody's row, so that a usual day fits a laptop, and the row itself. */
const SLOT_WIDTH_MIN = 46;
const STAFF_LABEL_WIDTH = 120;
const STAFF_HEADER_HEIGHT = 40;
const ROW_HEIGHT_MIN = 72;
const ROW_HEIGHT_MAX = 104;

interface Props {
  view: 'day' | 'week' | 'staff';
  /** First day shown. */
  date: string;
  zone: string;
  appointments: readonly Appointment[];
  providers: readonly Provider[];
  /** Who has a row of their own where each person has one. */
  shownStaff: readonly Provider[];
  onOpen: (appointmentId: string) => void;
  onOpenDay: (day: string) => void;
  onPickTime: (stamp: string) => void;
}

export function Calendar({ view, date, zone, appointments, providers, shownStaff, onOpen, onOpenDay, onPickTime }: Props) {
  const { t } = useTranslation('desk');
  const reschedule = useReschedule();
  const frame = useMemo(() => decideDayFrame(providers, appointments, zone), [providers, appointments, zone]);
  const businessHours = useMemo(() => decideBusinessHours(providers), [providers]);
  // A short day fills the page; a long one scrolls.
  const { ref, height, width } = useElementSize();
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
      resourceId: appointment.staffId,
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
    highlightBusinessHours: true,
    slotLabelFormat: 'HH:mm',
    radius: 'sm',
    withCurrentTimeIndicator: true,
    withCurrentTimeBubble: true,
    getCurrentTime: () => toWallClock(new Date(), zone),
    withEventsDragAndDrop: true,
    canDragEvent: (event: ScheduleEventData) => mayMove((event.payload as { appointment: Appointment }).appointment),
    onEventDrop: ({ event, newStart, resourceId }: { event: ScheduleEventData; newStart: string; resourceId?: string | number }) => void reschedule((event.payload as { appointment: Appointment }).appointment, fromWallClock(newStart, zone), resourceId === undefined ? undefined : String(resourceId)),
    onEventClick: (event: ScheduleEventData) => onOpen(String(event.id)),
    onTimeSlotClick: ({ slotStart }: { slotStart: string }) => onPickTime(slotStart),
    renderEvent: (event: ScheduleEventData, props: React.ComponentPropsWithoutRef<'button'>) => <EventCard event={event} zone={zone} isNarrow={view === 'week'} place={view === 'staff' ? undefined : places.get(String(event.id))} buttonProps={props} />,
    classNames: { weekViewDaySlot: classes['slot'] ?? '', dayViewSlot: classes['slot'] ?? '', resourcesDayViewRowSlot: classes['slot'] ?? '', weekViewSlotLabel: classes['hour'] ?? '', resourcesDayViewTimeLabel: classes['hour'] ?? '', dayViewSlotLabel: classes['hour'] ?? '' } as Record<string, string>,
  } as const;
  const grid = { withSubHourGridLines: false, slotHeight: `${hourHeight}px` } as const;
  const slotWidth = Math.max(SLOT_WIDTH_MIN, Math.floor((width - STAFF_LABEL_WIDTH - 2) / (hours * (60 / STEP_MINUTES))));
  const rowHeight = Math.min(ROW_HEIGHT_MAX, Math.max(ROW_HEIGHT_MIN, Math.floor((height - STAFF_HEADER_HEIGHT) / Math.max(shownStaff.length, 1))));
  return (
    <div ref={ref} className={classes['calendar']} data-closed={(view !== 'week' && dayHours === null) || undefined}>
      {view === 'week' ? (
        <WeekView {...shared} {...grid} onDateChange={(day) => onOpenDay(day.slice(0, 10))} labels={{ weekday: t('appointments.openDay') }} withAllDaySlots={false} businessHours={businessHours} firstDayOfWeek={1} withWeekNumber={false} weekendDays={[]} highlightToday weekdayFormat={(day) => dayWords(day, businessHours, t('appointments.closed'))} scrollAreaProps={{ mah: '100%', h: '100%' }} />
      ) : view === 'staff' ? (
        <ResourcesDayView
          {...shared}
          {...(dayHours ? { businessHours: dayHours } : {})}
          highlightBusinessHours={dayHours !== null}
          labels={{ resources: t('appointments.staff') }}
          resources={shownStaff.map((provider) => ({ id: provider.id, label: provider.name }))}
          renderResourceLabel={(resource) => <StaffLabel name={String(resource.label)} color={staffColor(providers, String(resource.id))} />}
          slotWidth={`${slotWidth}px`}
          rowHeight={`${rowHeight}px`}
          scrollAreaProps={{ mah: '100%', h: '100%' }}
        />
      ) : (
        <DayView {...shared} {...grid} withAllDaySlot={false} highlightBusinessHours={dayHours !== null} {...(dayHours ? { businessHours: dayHours } : {})} scrollAreaProps={{ mah: '100%', h: '100%' }} />
      )}
    </div>
  );
}

function StaffLabel({ name, color }: { name: string; color: string }) {
  return <span className={classes['staffLabel']} style={{ ['--staff' as string]: color }}><i aria-hidden>{initialsOf(name)}</i>{name}</span>;
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

/** Moves an appointment by dragging, in time or to another person: at once, with a way back, and back by itself when the server refuses. */
function useReschedule(): (appointment: Appointment, start: string, staffId?: string) => Promise<void> {
  const client = useQueryClient();
  const { t } = useTranslation('desk');
  const told = useRef('');
  return async function reschedule(appointment, start, staffId = appointment.staffId) {
    if (start === new Date(appointment.start).toISOString() && staffId === appointment.staffId) return;
    const end = new Date(Date.parse(start) + Date.parse(appointment.end) - Date.parse(appointment.start)).toISOString();
    showAppointment(client, { ...appointment, start, time: start, end, staffId });
    try {
      const { data } = await must(userApi.PUT('/api/appointments/{id}/reschedule', { params: { path: { id: appointment.id } }, body: { time: start, staffId } }));
      showAppointment(client, data);
      // Each move is told by itself: the words of the last one, and its way back, are out of date.
      notifications.hide(told.current);
      const id = `moved-${newKey()}`;
      told.current = id;
      notifications.show({
        id,
        message: (
          <span className={classes['undo']}>
            {t('appointments.moved', { time: formatDayAndClock(data.start, data.timezone) })}
            <Button size="compact-xs" variant="subtle" onClick={() => (notifications.hide(id), void reschedule(data, new Date(appointment.start).toISOString(), appointment.staffId))}>{t('appointments.undoMove')}</Button>
          </span>
        ),
      });
    } catch (error) {
      showAppointment(client, appointment);
      notifications.show({ color: 'red', title: t('appointments.actionFailed'), message: toProblem(error).detail });
    }
  };
}
