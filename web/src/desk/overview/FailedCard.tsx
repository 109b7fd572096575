/** What was given up lately, with the way to send it again right where it is seen. */
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconArrowRight, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { toProblem, type Delivery } from '~/api';
import { addCatalog } from '~/i18n';
import { eventsEn } from '~/i18n/en/events';
import { resendAll } from '../deliveries/resendAll';
import { ChannelIcon } from '../events/parts/Marks';
import { useKindTitle, useNames } from '../events/queries';
import { resend } from '../events/useResend';
import { givenUpQuery, useRecountGivenUp } from '../useGivenUp';
import { OverviewCard } from './OverviewCard';
import classes from './overview.module.css';

addCatalog('events', eventsEn);

const ROWS_SHOWN_MAX = 2;

export function FailedCard() {
  const { t } = useTranslation('desk');
  const recount = useRecountGivenUp();
  const rows = useQuery(givenUpQuery).data ?? [];
  const again = useMutation({
    mutationFn: () => resendAll(rows.map(({ id }) => id), resend, () => undefined),
    onSuccess: ({ sent, refused }) => {
      if (sent > 0) notifications.show({ message: t('overview.resent', { count: sent }) });
      if (refused.length > 0) notifications.show({ color: 'red', title: t('messages.changeFailed'), message: toProblem(refused[0]).detail });
    },
    onSettled: recount,
  });
  return (
    <OverviewCard icon={<IconAlertTriangle size={16} stroke={1.5} />} tone="failed" title={t('overview.failed')} figure={t('overview.failedCount', { count: rows.length })} link={<Link to="/dashboard/deliveries" search={{ status: 'dead' }}>{t('overview.openDeliveries')}<IconArrowRight size={16} stroke={1.75} aria-hidden /></Link>}>
      {rows.slice(0, ROWS_SHOWN_MAX).map((delivery) => <FailedRow key={delivery.id} delivery={delivery} />)}
      <div className={classes['twoActions']}>
        <Button size="xs" variant="default" loading={again.isPending} leftSection={<IconRefresh size={14} stroke={2} />} onClick={() => again.mutate()}>{t('overview.resendAll', { count: rows.length })}</Button>
        <Button size="xs" variant="default" renderRoot={(props) => <Link {...props} to="/dashboard/deliveries" search={{ status: 'dead' }} />}>{t('overview.seeWhy')}</Button>
      </div>
    </OverviewCard>
  );
}

function FailedRow({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation('events');
  const title = useKindTitle();
  const named = useNames()(delivery.recipient);
  const who = named.name ?? { address: delivery.recipient, webhook: t('actor.webhook'), user: t('actor.user'), customer: t('actor.customer') }[named.kind];
  return (
    <Link className={classes['row']} to="/dashboard/events/$eventId" params={{ eventId: delivery.event_id }} search={{ delivery: delivery.id }}>
      <ChannelIcon channel={delivery.channel} />
      <span className={classes['rowWords']}><strong>{title(delivery.event_type)} · {who}</strong><span>{delivery.error ?? t(`channel.${delivery.channel}`)}</span></span>
    </Link>
  );
}
