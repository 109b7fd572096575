/** Step two: a month on the business's calendar, then the free times of one day. */
import { Divider, NativeSelect, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState, type Dispatch } from 'react';
import { useTranslation } from 'react-i18next';
import type { Business, Service } from '~/api';
import { monthOf } from '../../format/zone';
import { ErrorState, foreignZoneName } from '~/ui';
import { calendarBounds, checkMonth, firstFreeDay } from '../calendarDays';
import type { BookingDraft, DraftAction } from '../draft';
import { freeDaysQuery, freeTimesQuery, type Choice } from '../queries';
import { findStaffChoices, type StaffChoice } from '../slots';
import { DayCalendar, DayCalendarSkeleton } from './DayCalendar';
import { DayTimes } from './DayTimes';
import { MonthIsFull } from './NearestFree';
import classes from '../booking.module.css';

/** What must be known of a service to find a time for it. */
export type TimedOffer = Pick<Service, 'id' | 'duration' | 'providerIds'>;

export interface TimeStepProps {
  business: Business;
  offer: TimedOffer;
  /** The link of a booking that looks for another time. */
  moving?: string;
  draft: BookingDraft;
  dispatch: Dispatch<DraftAction>;
}

export function TimeStep({ business, offer, moving, draft, dispatch }: TimeStepProps) {
  const { t } = useTranslation('front');
  const { timezone } = business;
  const [now] = useState(() => new Date());
  const foreignZone = foreignZoneName(timezone, now);
  const bounds = useMemo(() => calendarBounds(now, timezone), [now, timezone]);
  const month = checkMonth(draft.month ?? monthOf(bounds.first), bounds);
  const choice: Choice = { code: business.slug, serviceId: offer.id, staffId: draft.staffId, moving };
  const days = useQuery(freeDaysQuery(choice, month));
  const free = useMemo(() => new Set(days.data?.days ?? []), [days.data]);
  const chosenDay = draft.day && monthOf(draft.day) === month ? draft.day : null;
  const day = chosenDay ?? firstFreeDay(month, free, bounds);
  return (
    <section>
      <Title order={2} tabIndex={-1} className={`${classes.heading} ${classes.timeHeading}`}>
        {t('booking.timeTitle')}
      </Title>
      {!moving && <StaffSelect choice={choice} offer={offer} day={day} onChoose={(staffId) => dispatch({ type: 'staffChosen', staffId })} />}
      <div className={classes.timeColumns}>
        {days.error ? (
          <ErrorState title={t('booking.daysError')} error={days.error} onRetry={() => void days.refetch()} />
        ) : days.data || draft.month ? (
          <DayCalendar
            month={month}
            bounds={bounds}
            free={free}
            day={day}
            isLoading={days.isPending}
            zone={timezone}
            onMonth={(next) => dispatch({ type: 'monthTurned', month: next })}
            onDay={(next) => dispatch({ type: 'dayChosen', day: next })}
          />
        ) : (
          <DayCalendarSkeleton />
        )}
        <Divider className={classes.timeDivider} />
        {days.error && day === null ? null : days.data && day === null ? (
          <MonthIsFull business={business} offer={offer} choice={choice} month={month} bounds={bounds} dispatch={dispatch} />
        ) : (
          <DayTimes business={business} offer={offer} choice={choice} day={day} draft={draft} dispatch={dispatch} />
        )}
      </div>
      {foreignZone && (
        <Text size="xs" c="dimmed" mt="md">
          {t('format.zoneDiffers', { zone: foreignZone })}
        </Text>
      )}
    </section>
  );
}

interface StaffSelectProps {
  choice: Choice;
  offer: TimedOffer;
  day: string | null;
  onChoose: (staffId: string | null) => void;
}

/** Names come with the free times, so the choice appears with the first ones and then only grows. */
function StaffSelect({ choice, offer, day, onChoose }: StaffSelectProps) {
  const { t } = useTranslation('front');
  const anyone = useQuery({ ...freeTimesQuery({ ...choice, staffId: null }, day ?? ''), enabled: day !== null });
  const [seen, setSeen] = useState<StaffChoice[]>([]);
  const fresh = findStaffChoices(anyone.data?.slots ?? []).filter(({ id }) => !seen.some((known) => known.id === id));
  if (fresh.length > 0) setSeen([...seen, ...fresh].sort((a, b) => a.name.localeCompare(b.name)));
  const canChoose = choice.staffId !== null || seen.length > 1 || offer.providerIds.length > 1;
  if (!canChoose || seen.length === 0) return null;
  return (
    <NativeSelect
      label={t('booking.staff')}
      size="md"
      value={choice.staffId ?? ''}
      onChange={(event) => onChoose(event.currentTarget.value || null)}
      data={[{ value: '', label: t('booking.anyStaff') }, ...seen.map(({ id, name }) => ({ value: id, label: name }))]}
      classNames={{ root: classes.staff }}
    />
  );
}
