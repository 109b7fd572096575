/** What is left before customers can book: one row, each step leading to its place, gone when done or dismissed. */
import { Button, CloseButton, RingProgress, Text } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconCircle, IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUserProfile } from '~/api';
import { appointmentsQuery, businessQuery, providersQuery, servicesQuery, useRights } from '../queries';
import { useStorefrontLink } from '../useStorefrontLink';
import classes from './overview.module.css';

export function SetupHint() {
  const { t } = useTranslation('desk');
  const { mayManage } = useRights();
  const teamId = useUserProfile()?.team.id ?? '';
  const link = useStorefrontLink();
  const clipboard = useClipboard();
  const storageKey = `frontdesk.setup-hidden.${teamId}`;
  const [isHidden, setIsHidden] = useState(() => localStorage.getItem(storageKey) !== null);
  const isWanted = mayManage && !isHidden;
  const services = useQuery({ ...servicesQuery, enabled: isWanted });
  const providers = useQuery({ ...providersQuery, enabled: isWanted });
  const business = useQuery({ ...businessQuery, enabled: isWanted });
  const bookings = useQuery({ ...appointmentsQuery({ limit: 1 }), enabled: isWanted });
  if (!isWanted || !services.data || !providers.data || !business.data || !bookings.data) return null;

  const steps = [
    { name: t('overview.setupServices'), isDone: services.data.some((service) => service.active) },
    { name: t('overview.setupHours'), isDone: providers.data.some((provider) => provider.bookable && provider.weekly.length > 0) },
    { name: t('overview.setupProfile'), isDone: Boolean(business.data.settings.about) },
    { name: t('overview.setupShare'), isDone: bookings.data.length > 0 },
  ];
  const done = steps.filter((step) => step.isDone).length;
  if (done === steps.length) return null;
  return (
    <section className={classes['setup']} aria-label={t('overview.setupTitle', { done, all: steps.length })}>
      <RingProgress size={40} thickness={4} roundCaps sections={[{ value: (done / steps.length) * 100, color: 'brand' }]} aria-hidden />
      <div>
        <Text fw={600} size="sm">{t('overview.setupTitle', { done, all: steps.length })}</Text>
        <Text size="xs" c="dimmed">{t('overview.setupText')}</Text>
      </div>
      <ul className={classes['steps']}>
        {steps.map((step) => (
          <li key={step.name} data-done={step.isDone || undefined}>
            {step.isDone ? <IconCircleCheck size={16} stroke={1.75} aria-hidden /> : <IconCircle size={16} stroke={1.5} aria-hidden />}
            {step.name}
          </li>
        ))}
      </ul>
      <span className={classes['spring']} />
      {!steps[0]!.isDone ? (
        <Button variant="light" renderRoot={(props) => <Link {...props} to="/dashboard/services" search={{ new: true }} />}>{t('overview.addService')}</Button>
      ) : !steps[1]!.isDone ? (
        <Button variant="light" renderRoot={(props) => <Link {...props} to="/dashboard/settings" search={{ tab: 'hours' }} />}>{t('overview.setHours')}</Button>
      ) : !steps[2]!.isDone ? (
        <Button variant="light" renderRoot={(props) => <Link {...props} to="/dashboard/settings" search={{ tab: 'business' }} />}>{t('overview.describe')}</Button>
      ) : (
        <Button variant="light" onClick={() => (clipboard.copy(link), notifications.show({ message: t('palette.linkCopied') }))}>{t('overview.share')}</Button>
      )}
      <CloseButton
        aria-label={t('overview.setupDismiss')}
        onClick={() => {
          localStorage.setItem(storageKey, 'yes');
          setIsHidden(true);
        }}
      />
    </section>
  );
}
