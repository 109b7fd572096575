/** What to do when a day or a month is full: the nearest free time in one tap, or the next month. */
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Dispatch } from 'react';
import { useTranslation } from 'react-i18next';
import type { Business } from '~/api';
import { zonedParts } from '../../format/zone';
import { businessSearch } from '../../shell/FrontNav';
import * as format from '../../format/words';
import { turnMonth, type CalendarBounds } from '../calendarDays';
import type { DraftAction } from '../draft';
import { freeTimesQuery, type Choice } from '../queries';
import type { TimedOffer } from './TimeStep';

interface NearestFreeProps {
  business: Business;
  offer: TimedOffer;
  nextFree: string | null;
  dispatch: Dispatch<DraftAction>;
}

export function NearestFree({ business, offer, nextFree, dispatch }: NearestFreeProps) {
  const { t } = useTranslation('front');
  if (nextFree === null) {
    return (
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t('booking.nothingFree', { business: business.name })}</Text>
        <Button
          variant="default"
          size="md"
          renderRoot={(props) => <Link to="/client/messages" search={businessSearch(business.slug)} {...props} />}
        >
          {t('action.chat')}
        </Button>
      </Stack>
    );
  }
  const take = () => {
    const end = new Date(Date.parse(nextFree) + offer.duration * 60_000).toISOString();
    dispatch({ type: 'slotChosen', slot: { start: nextFree, end }, day: zonedParts(nextFree, business.timezone).day });
  };
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm">{t('booking.nextFree')}</Text>
      <Button variant="light" size="md" onClick={take}>
        {t('booking.takeNextFree', { when: format.when(nextFree, business.timezone) })}
      </Button>
    </Stack>
  );
}

interface MonthIsFullProps extends Omit<NearestFreeProps, 'nextFree'> {
  choice: Choice;
  month: string;
  bounds: CalendarBounds;
}

/** The calendar answers only for its month; any day of it, asked for times, tells the nearest free one after it. */
export function MonthIsFull({ business, offer, choice, month, bounds, dispatch }: MonthIsFullProps) {
  const { t } = useTranslation('front');
  const firstDay = `${month}-01` < bounds.first ? bounds.first : `${month}-01`;
  const probe = useQuery(freeTimesQuery(choice, firstDay));
  const next = turnMonth(month, 1, bounds);
  return (
    <Stack gap="sm">
      <Text fw={600}>{t('booking.noDayInMonth', { month: format.month(month) })}</Text>
      {probe.isPending ? (
        <Skeleton h={44} w="70%" />
      ) : (
        probe.data && <NearestFree business={business} offer={offer} nextFree={probe.data.nextFree} dispatch={dispatch} />
      )}
      {next !== month && (
        <Group>
          <Button variant="subtle" size="md" px={0} onClick={() => dispatch({ type: 'monthTurned', month: next })}>
            {t('booking.showNextMonth', { month: format.month(next) })}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
