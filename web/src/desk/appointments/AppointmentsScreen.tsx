/** The calendar and the list: what waits for an answer on top, then a day, a week, or rows. */
import { ActionIcon, Button, Checkbox, Group, SegmentedControl, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addDays, dayKey, ErrorState, foreignZoneName, fromWallClock, mondayOf } from '~/ui';
import { DeskTitle } from '../parts/DeskTitle';
import { appointmentsQuery, providersQuery, useBusinessZone } from '../queries';
import type { CalendarView } from '../routes';
import classes from './appointments.module.css';
import { AppointmentDrawer } from './parts/AppointmentDrawer';
import { AppointmentList } from './parts/AppointmentList';
import { Calendar } from './parts/Calendar';
import { CalendarSkeleton } from './parts/CalendarSkeleton';
import { NewAppointment } from './parts/NewAppointment';
import { PendingStrip } from './parts/PendingStrip';
import { staffColor } from './staffColors';

const FROM = '/dashboard/appointments' as const;
const APPOINTMENTS_READ_MAX = 200;

export function AppointmentsScreen() {
  const { t } = useTranslation('desk');
  const zone = useBusinessZone();
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const isPhone = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false }) ?? false;
  const view: CalendarView = search.view ?? (isPhone ? 'day' : 'week');
  const today = dayKey(new Date(), zone);
  const date = search.date ?? today;
  const providers = useQuery(providersQuery);
  const [hiddenStaff, setHiddenStaff] = useState<ReadonlySet<string>>(new Set());
  const [newAt, setNewAt] = useState<string | null>(null);

  const firstDay = view === 'week' ? mondayOf(date) : date;
  const dayCount = view === 'week' ? 7 : 1;
  const range = { from: fromWallClock(`${firstDay} 00:00:00`, zone), to: fromWallClock(`${addDays(firstDay, dayCount)} 00:00:00`, zone), limit: APPOINTMENTS_READ_MAX };
  const query = useQuery({ ...appointmentsQuery(range), enabled: view !== 'list', placeholderData: (before) => before });
  const shown = useMemo(() => (query.data ?? []).filter((entry) => !hiddenStaff.has(entry.staffId)), [query.data, hiddenStaff]);

  // Who neither can be booked nor has anything here would only take room.
  const staff = useMemo(() => (providers.data ?? []).filter((provider) => provider.bookable || (query.data ?? []).some((entry) => entry.staffId === provider.id)), [providers.data, query.data]);

  const go = (change: Partial<typeof search>) => void navigate({ search: (known) => ({ ...known, ...change }), replace: true });
  const step = (by: number) => go({ date: addDays(date, by * dayCount) });
  const zoneWords = foreignZoneName(zone);

  return (
    <div className={classes['page']} data-view={view}>
      <header className={classes['header']}>
        <DeskTitle>{t('appointments.title')}</DeskTitle>
        {view !== 'list' && (
          <Group gap={4} wrap="nowrap">
            <Button variant="default" onClick={() => go({ date: undefined })}>{t('appointments.today')}</Button>
            <ActionIcon onClick={() => step(-1)} aria-label={t('appointments.previous')}><IconChevronLeft size={20} stroke={1.5} /></ActionIcon>
            <ActionIcon onClick={() => step(1)} aria-label={t('appointments.next')}><IconChevronRight size={20} stroke={1.5} /></ActionIcon>
            <Text fw={600} size="md" className="tabular" style={{ whiteSpace: 'nowrap' }}>{rangeWords(firstDay, dayCount)}</Text>
          </Group>
        )}
        <span className={classes['spring']} />
        {view !== 'list' && staff.length > 1 && (
          <Group gap="sm" visibleFrom="md" wrap="nowrap">
            {staff.map((provider) => (
              <Checkbox
                key={provider.id}
                size="xs"
                radius="xs"
                color={staffColor(providers.data, provider.id)}
                label={provider.name.split(' ')[0]}
                checked={!hiddenStaff.has(provider.id)}
                onChange={(event) => {
                  const next = new Set(hiddenStaff);
                  if (event.currentTarget.checked) next.delete(provider.id);
                  else next.add(provider.id);
                  setHiddenStaff(next);
                }}
              />
            ))}
          </Group>
        )}
        <SegmentedControl value={view} onChange={(value) => go({ view: value as CalendarView })} data={(['day', 'week', 'staff', 'list'] as const).map((name) => ({ value: name, label: t(`appointments.${name}`) }))} />
        <Button className={classes['headerNew'] ?? ''} leftSection={<IconPlus size={16} stroke={2} />} onClick={() => go({ new: true })}>{t('appointments.new')}</Button>
      </header>
      <PendingStrip providers={providers.data} onOpen={(id) => go({ open: id })} />
      {view === 'list' ? (
        <AppointmentList onOpen={(id) => go({ open: id })} onNew={() => go({ new: true })} />
      ) : query.error && !query.data ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <CalendarSkeleton days={dayCount} />
      ) : (
        <Calendar
          view={view}
          date={firstDay}
          zone={zone}
          appointments={shown}
          providers={providers.data ?? []}
          shownStaff={staff.filter((provider) => !hiddenStaff.has(provider.id))}
          onOpen={(id) => go({ open: id })}
          onOpenDay={(day) => go({ view: 'day', date: day })}
          onPickTime={(stamp) => {
            setNewAt(stamp);
            go({ new: true });
          }}
        />
      )}
      {view !== 'list' && (
        <footer className={classes['legend']}>
          <span>{t('appointments.legend')}{zoneWords ? ` ${t('appointments.zone', { zone: zoneWords })}.` : ''}</span>
          <span className={classes['spring']} />
          {(['in_progress', 'confirmed', 'pending', 'completed', 'no_show'] as const).map((status) => (
            <span key={status} className={classes['legendEntry']}><i data-status={status} aria-hidden />{t(`status.${status}`)}</span>
          ))}
        </footer>
      )}
      {search.open && <AppointmentDrawer key={search.open} appointmentId={search.open} onClose={() => go({ open: undefined })} />}
      {search.new && (
        <NewAppointment
          startAt={newAt ?? `${date < today ? today : date} 00:00:00`}
          onClose={() => {
            setNewAt(null);
            go({ new: undefined });
          }}
        />
      )}
    </div>
  );
}

/** "11 – 17 May", "28 Jun – 4 Jul", "Tue 12 May" */
function rangeWords(firstDay: string, dayCount: number): string {
  const part = (day: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
  if (dayCount === 1) return part(firstDay, { weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '');
  const lastDay = addDays(firstDay, dayCount - 1);
  const sameMonth = firstDay.slice(0, 7) === lastDay.slice(0, 7);
  return `${part(firstDay, sameMonth ? { day: 'numeric' } : { day: 'numeric', month: 'short' })} – ${part(lastDay, { day: 'numeric', month: 'short' })}`;
}
