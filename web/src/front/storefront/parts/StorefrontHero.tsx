/** Name, place, open or closed, and the three things a visitor came to do. */
import { Button, Group, Skeleton, Text, Title } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { IconCalendarEvent, IconMapPin, IconMessageCircle, IconPhone } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Business } from '~/api';
import { initialsOf, weekday } from '../../format/words';
import { businessSearch } from '../../shell/FrontNav';
import { decideOpenState } from '../openingHours';
import classes from '../storefront.module.css';

const CLOCK_MS = 30_000;
const ICON_SIZE = 18;

export function StorefrontHero({ business }: { business: Business }) {
  return (
    <section className={classes.hero}>
      <div className={classes.band} aria-hidden />
      <div className={classes.heroInner}>
        {business.logoUrl ? (
          <img className={classes.tile} src={business.logoUrl} alt="" />
        ) : (
          <div className={classes.tile} aria-hidden>
            {initialsOf(business.name)}
          </div>
        )}
        <div className={classes.heroText}>
          <Title order={1} className={classes.name}>
            {business.name}
          </Title>
          <Group gap="0 16px" wrap="wrap" className={classes.meta}>
            {business.address && (
              <span className={classes.address}>
                <IconMapPin size={14} aria-hidden />
                {business.address}
              </span>
            )}
            <OpenNow business={business} />
          </Group>
        </div>
        <HeroActions business={business} />
      </div>
    </section>
  );
}

function HeroActions({ business }: { business: Business }) {
  const { t } = useTranslation('front');
  const { slug, phone } = business;
  return (
    <div className={classes.actions} data-call={phone ? true : undefined}>
      <Button
        size="md"
        leftSection={<IconCalendarEvent size={ICON_SIZE} aria-hidden />}
        renderRoot={(props) => <Link to="/s/$slug/book" params={{ slug }} {...props} />}
      >
        {t('action.book')}
      </Button>
      <Button
        size="md"
        variant="default"
        leftSection={<IconMessageCircle size={ICON_SIZE} aria-hidden />}
        renderRoot={(props) => <Link to="/client/messages" search={businessSearch(slug)} {...props} />}
      >
        {t('action.chat')}
      </Button>
      {phone && (
        <Button
          component="a"
          href={`tel:${phone}`}
          size="md"
          variant="default"
          leftSection={<IconPhone size={ICON_SIZE} aria-hidden />}
        >
          {t('action.call')}
        </Button>
      )}
    </div>
  );
}

/** Follows the clock, so that a page left open does not promise yesterday's hours. */
function OpenNow({ business: { hours, timezone } }: { business: Business }) {
  const { t } = useTranslation('front');
  const [now, setNow] = useState(() => new Date());
  const clock = useInterval(() => setNow(new Date()), CLOCK_MS);
  useEffect(() => {
    clock.start();
    return clock.stop;
    // The interval object is new on every render; starting it once is what is meant.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const state = decideOpenState(hours, now, timezone);
  if (state.kind === 'unknown') return <span>{t('storefront.noHours')}</span>;
  if (state.kind === 'open') {
    return (
      <span>
        <Text span inherit fw={600} className={classes.open}>
          {t('storefront.open')}
        </Text>{' '}
        {t('storefront.openUntil', { time: state.until })}
      </span>
    );
  }
  const time = state.opensAt;
  const opens =
    state.inDays === 0
      ? t('storefront.opensToday', { time })
      : state.inDays === 1
        ? t('storefront.opensTomorrow', { time })
        : t('storefront.opensOn', { time, weekday: weekday(state.weekday) });
  return (
    <span>
      <Text span inherit fw={600}>
        {t('storefront.closed')}
      </Text>{' '}
      · {opens}
    </span>
  );
}

export function StorefrontHeroSkeleton() {
  return (
    <div className={classes.hero}>
      <div className={classes.band} data-loading aria-hidden />
      <div className={classes.heroInner}>
        <Skeleton className={classes.tile} />
        <div className={classes.heroText}>
          <Skeleton h={26} w="55%" mb={8} />
          <Skeleton h={14} w="75%" />
        </div>
        <div className={classes.actions} data-call>
          <Skeleton h={44} />
          <Skeleton h={44} />
          <Skeleton h={44} />
        </div>
      </div>
    </div>
  );
}
