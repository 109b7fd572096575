/** A day and its free times for a service, as the server offers them. */
import { Chip, Group, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { must, publicApi, useUserProfile, type Slot } from '~/api';
import { ErrorState, foreignZoneName, formatClock, formatDayAndClock, dayKey } from '~/ui';
import { useBusinessZone } from '../../queries';

interface Props {
  serviceId: string;
  staffId: string | null;
  day: string;
  onDay: (day: string) => void;
  value: Slot | null;
  onChange: (slot: Slot | null) => void;
}

export function SlotPicker({ serviceId, staffId, day, onDay, value, onChange }: Props) {
  const { t } = useTranslation('desk');
  const zone = useBusinessZone();
  const inviteCode = useUserProfile()?.team.inviteCode ?? '';
  const query = useQuery({
    queryKey: ['availability', serviceId, day, staffId],
    queryFn: ({ signal }) => must(publicApi.GET('/api/public/availability', { params: { query: { inviteCode, service: serviceId, date: day, ...(staffId ? { staff: staffId } : {}) } }, signal })),
    staleTime: 0,
  });
  const zoneWords = foreignZoneName(zone);
  const slots = uniqueStarts(query.data?.slots ?? []);
  return (
    <>
      <DateInput
        label={t('appointments.date')}
        value={day}
        onChange={(next) => next && (onChange(null), onDay(next))}
        minDate={dayKey(new Date(), zone)}
        valueFormat="ddd D MMM YYYY"
        firstDayOfWeek={1}
        popoverProps={{ withinPortal: true }}
      />
      <div>
        <Text size="sm" fw={600} mb={6}>{t('appointments.time')}{zoneWords ? ` · ${zoneWords}` : ''}</Text>
        {query.isPending ? (
          <Group gap={8}>{Array.from({ length: 8 }, (_, key) => <Skeleton key={key} width={64} height={28} radius="xl" />)}</Group>
        ) : query.error ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : slots.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('appointments.noTimes')}{' '}
            {query.data.nextFree && <UnstyledButton fz="sm" fw={600} c="var(--fd-brand-text)" onClick={() => onDay(dayKey(query.data.nextFree!, zone))}>{t('appointments.nextFree', { time: formatDayAndClock(query.data.nextFree, zone) })}</UnstyledButton>}
          </Text>
        ) : (
          <Chip.Group value={value?.start ?? null} onChange={(start) => onChange(slots.find((slot) => slot.start === start) ?? null)}>
            <Group gap={8}>{slots.map((slot) => <Chip key={slot.start} value={slot.start} variant="outline" className="tabular">{formatClock(slot.start, zone)}</Chip>)}</Group>
          </Chip.Group>
        )}
      </div>
    </>
  );
}

/** With any staff, one time may be free with several people; it is offered once. */
function uniqueStarts(slots: readonly Slot[]): Slot[] {
  return [...new Map([...slots].reverse().map((slot) => [slot.start, slot])).values()].sort((a, b) => a.start.localeCompare(b.start));
}
