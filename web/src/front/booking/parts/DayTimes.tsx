/** The free times of one day, by part of the day on the business's clock. */
import { Button, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '~/ui';
import * as format from '../../format/words';
import { freeTimesQuery, type Choice } from '../queries';
import { distinctStarts, groupSlots, type Slot } from '../slots';
import { NearestFree } from './NearestFree';
import type { TimeStepProps } from './TimeStep';
import classes from '../booking.module.css';

interface DayTimesProps extends TimeStepProps {
  choice: Choice;
  /** `null` while it is not known yet which day to show. */
  day: string | null;
}

export function DayTimes({ business, offer, choice, day, draft, dispatch }: DayTimesProps) {
  const { t } = useTranslation('front');
  const times = useQuery({ ...freeTimesQuery(choice, day ?? ''), enabled: day !== null });
  const slots = times.data?.slots;
  useEffect(() => {
    const isListed = slots?.some(({ start }) => isSameStart(start, draft.slot));
    if (slots && !times.isFetching && draft.slot && draft.day === day && !isListed) dispatch({ type: 'slotLost' });
  }, [slots, times.isFetching, draft.slot, draft.day, day, dispatch]);

  if (day === null || (times.isPending && !times.error)) return <DayTimesSkeleton />;
  if (times.error) {
    const retry = () => void times.refetch();
    return <ErrorState title={t('booking.slotsError')} error={times.error} onRetry={retry} />;
  }
  const count = distinctStarts(slots ?? []).length;
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Title order={3} className={classes.dayTitle}>
          {format.longDay(day)}
        </Title>
        <Text size="xs" c="dimmed" role="status">
          {t('booking.freeTimes', { count })}
        </Text>
      </Group>
      {count === 0 ? (
        <Stack gap="xs">
          <Text size="sm">{t('booking.dayIsFull')}</Text>
          <NearestFree business={business} offer={offer} nextFree={times.data?.nextFree ?? null} dispatch={dispatch} />
        </Stack>
      ) : (
        groupSlots(slots ?? [], business.timezone).map(({ part, slots: ofPart }) => (
          <div key={part} role="group" aria-label={t(`booking.part.${part}`)} className={classes.part}>
            <Text size="xs" c="dimmed" mb={4} aria-hidden>
              {t(`booking.part.${part}`)}
            </Text>
            <SimpleGrid cols={3} spacing={8} verticalSpacing={8}>
              {ofPart.map((slot) => (
                <Button
                  key={slot.start}
                  size="md"
                  variant={isSameStart(slot.start, draft.slot) ? 'filled' : 'default'}
                  aria-pressed={isSameStart(slot.start, draft.slot)}
                  onClick={() => dispatch({ type: 'slotChosen', slot, day })}
                  className={classes.time}
                >
                  {format.time(slot.start, business.timezone)}
                </Button>
              ))}
            </SimpleGrid>
          </div>
        ))
      )}
    </div>
  );
}

/** Two spellings of one moment are one start. */
function isSameStart(start: string, slot: Slot | null): boolean {
  return slot !== null && Date.parse(start) === Date.parse(slot.start);
}

function DayTimesSkeleton() {
  const { t } = useTranslation('front');
  return (
    <Stack gap={8} role="status" aria-busy="true" aria-label={t('state.loading')}>
      <Skeleton h={20} w="50%" />
      <SimpleGrid cols={3} spacing={8}>
        {[0, 1, 2, 3, 4, 5].map((cell) => (
          <Skeleton key={cell} h={44} radius="md" />
        ))}
      </SimpleGrid>
    </Stack>
  );
}
