/** One month in which only days with a free time can be tapped. */
import { Group, Loader, SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import '@mantine/dates/styles.layer.css';
import { IconWorld } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { zoneName } from '~/ui';
import { monthOf } from '../../format/zone';
import * as format from '../../format/words';
import { isDayFree, turnMonth, type CalendarBounds } from '../calendarDays';
import classes from '../booking.module.css';

interface DayCalendarProps {
  month: string;
  bounds: CalendarBounds;
  free: ReadonlySet<string>;
  day: string | null;
  isLoading: boolean;
  /** The business's zone, named beside the month. */
  zone: string;
  onMonth: (month: string) => void;
  onDay: (day: string) => void;
}

export function DayCalendar({ month, bounds, free, day, isLoading, zone, onMonth, onDay }: DayCalendarProps) {
  const { t } = useTranslation('front');
  const isFree = (date: string) => isDayFree(date, free, bounds);
  return (
    <div className={classes.calendarBox} aria-busy={isLoading} role="group" aria-label={t('booking.calendar')}>
      <Group gap={4} wrap="nowrap" className={classes.zone}>
        <IconWorld size={16} aria-hidden />
        <span>{zoneName(zone)}</span>
      </Group>
      <DatePicker
        fullWidth
        value={day}
        onChange={(date) => date && onDay(date)}
        date={`${month}-01`}
        onNextMonth={() => onMonth(turnMonth(month, 1, bounds))}
        onPreviousMonth={() => onMonth(turnMonth(month, -1, bounds))}
        minDate={bounds.first}
        maxDate={bounds.last}
        maxLevel="month"
        hideOutsideDates
        excludeDate={(date) => !isFree(date)}
        getDayAriaLabel={(date) => t(isFree(date) ? 'booking.dayFree' : 'booking.dayFull', { day: format.longDay(date) })}
        getDayProps={(date) => ({ 'data-free': isFree(date) || undefined, 'data-today': date === bounds.first || undefined, 'data-past': date < bounds.first || undefined })}
        monthLabelFormat={(date) => format.month(monthOf(date))}
        headerControlsOrder={['level', 'previous', 'next']}
        nextLabel={t('booking.nextMonth')}
        previousLabel={t('booking.previousMonth')}
        size="md"
        classNames={{
          calendarHeader: classes.monthHeader,
          calendarHeaderLevel: classes.monthName,
          calendarHeaderControl: classes.monthTurn,
          day: classes.day,
          weekday: classes.weekday,
          month: classes.month,
        }}
      />
      {isLoading && <Loader size="sm" className={classes.calendarLoader} aria-label={t('state.loading')} />}
    </div>
  );
}

export function DayCalendarSkeleton() {
  const { t } = useTranslation('front');
  return (
    <Stack gap={8} role="status" aria-busy="true" aria-label={t('state.loading')}>
      <Skeleton h={24} w={96} />
      <SimpleGrid cols={7} spacing={4} verticalSpacing={4}>
        {Array.from({ length: 35 }, (_, index) => (
          <Skeleton key={index} h={44} radius="md" />
        ))}
      </SimpleGrid>
    </Stack>
  );
}
