/** About the business, its week and how to reach it. */
import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconMapPin, IconPhone } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Business } from '~/api';
import { foreignZoneName } from '~/ui/time';
import { weekday } from '../../format/words';
import { zonedParts } from '../../format/zone';
import { hoursOfDay } from '../openingHours';
import classes from '../storefront.module.css';

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

export function StorefrontDetails({ business }: { business: Business }) {
  const { t } = useTranslation('front');
  return (
    <Stack gap="lg">
      {business.about && (
        <section>
          <Title order={2} className={classes.sectionTitle} mb={8}>
            {t('storefront.about')}
          </Title>
          <Text className={classes.about}>{business.about}</Text>
        </section>
      )}
      {business.hours.length > 0 && <WeekHours business={business} />}
      {(business.address || business.phone) && <FindUs business={business} />}
    </Stack>
  );
}

function WeekHours({ business: { hours, timezone } }: { business: Business }) {
  const { t } = useTranslation('front');
  const now = new Date();
  const today = zonedParts(now, timezone).weekday;
  const foreignZone = foreignZoneName(timezone, now);
  return (
    <section aria-labelledby="front-hours">
      <Title order={2} id="front-hours" className={classes.sectionTitle} mb={8}>
        {t('storefront.hours')}
      </Title>
      <Card withBorder padding="md">
        <dl className={classes.week}>
          {WEEKDAYS.map((day) => (
            <div key={day} className={classes.weekRow} data-today={day === today || undefined}>
              <dt>
                {weekday(day)}
                {day === today && <span className={classes.todayMark}>{t('storefront.today')}</span>}
              </dt>
              <dd>{dayHours(hours, day) || t('storefront.closedDay')}</dd>
            </div>
          ))}
        </dl>
        {foreignZone && (
          <Text size="xs" c="dimmed" mt="sm">
            {t('format.zoneDiffers', { zone: foreignZone })}
          </Text>
        )}
      </Card>
    </section>
  );
}

function dayHours(hours: Business['hours'], day: number): string {
  return hoursOfDay(hours, day)
    .map(({ start, end }) => `${start}–${end}`)
    .join(', ');
}

function FindUs({ business: { address, phone } }: { business: Business }) {
  const { t } = useTranslation('front');
  return (
    <section aria-labelledby="front-find">
      <Title order={2} id="front-find" className={classes.sectionTitle} mb={8}>
        {t('storefront.find')}
      </Title>
      <Card withBorder padding="md">
        <Stack gap={4}>
          {address && (
            <Group gap={8} wrap="nowrap" className={classes.reach}>
              <IconMapPin size={18} aria-hidden />
              <span>{address}</span>
              <Anchor
                ml="auto"
                href={`https://www.openstreetmap.org/search?query=${encodeURIComponent(address)}`}
                target="_blank"
                rel="noreferrer"
                className={classes.reachLink}
              >
                {t('storefront.directions')}
              </Anchor>
            </Group>
          )}
          {phone && (
            <Group gap={8} wrap="nowrap" className={classes.reach}>
              <IconPhone size={18} aria-hidden />
              <Anchor href={`tel:${phone}`} className={classes.reachLink} aria-label={t('storefront.callNumber', { phone })}>
                {phone}
              </Anchor>
            </Group>
          )}
        </Stack>
      </Card>
    </section>
  );
}
