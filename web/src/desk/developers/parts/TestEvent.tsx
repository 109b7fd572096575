/** Sends the example to oneself and shows what becomes of it, step by step, as it happens. */
import { Alert, Button, Text } from '@mantine/core';
import { IconExternalLink, IconMail, IconSend } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { must, newKey, toProblem, userApi, useUserProfile, type EventKind } from '~/api';
import { useLiveEventPage } from '../../events/live';
import { shortId } from '../../events/model/people';
import { ChannelIcon, DeliveryBadge, EventBadge, ProgressBar, useProgressWords } from '../../events/parts/Marks';
import { eventDeliveriesQuery, eventQuery, useNames } from '../../events/queries';
import classes from '../developers.module.css';
import { Step } from '../DevelopersScreen';
import { aimAt } from '../samples';
import { isHarmless } from '../testable';

const LINES_MAX = 8;
const SAFE_TYPE = 'invoice.sent';

export function TestEvent({ number, kinds, kind }: { number: number; kinds: readonly EventKind[]; kind: EventKind }) {
  const { t } = useTranslation('events');
  const email = useUserProfile()?.user.email ?? '';
  // A type that cannot do without a phone number would write to a stranger's.
  const tested = isHarmless(kind) ? kind : (kinds.find(({ name }) => name === SAFE_TYPE) ?? kind);
  const send = useMutation({
    mutationFn: () => {
      const recipients = { email: tested.recipients.email, phone: [...tested.recipients.whatsapp, ...tested.recipients.sms] };
      // The served description can only say that the data is an object.
      const data = aimAt(tested.example, recipients, email) as Record<string, never>;
      return must(userApi.POST('/api/events', { body: { event_type: tested.alias, event_data: data, idempotency_key: newKey() } }));
    },
  });
  const id = send.data?.data.event_id;
  return (
    <Step number={number} title={t('developers.stepTest')} text={t('developers.stepTestText', { email })}>
      <div className={classes['testRow']}>
        <Button leftSection={<IconSend size={16} stroke={1.75} />} loading={send.isPending} onClick={() => send.mutate()}>{id ? t('developers.sendAgain') : t('developers.send')}</Button>
        <code>{tested.alias}</code>
      </div>
      {send.error && <Alert color="red" role="alert" title={t('developers.refused')}>{toProblem(send.error).detail}</Alert>}
      {id ? <Happening key={id} id={id} /> : !send.error && <Text size="sm" c="dimmed">{t('developers.idle')}</Text>}
    </Step>
  );
}

function Happening({ id }: { id: string }) {
  const { t } = useTranslation('events');
  useLiveEventPage(id);
  const { data: event } = useQuery(eventQuery(id));
  const { data } = useInfiniteQuery(eventDeliveriesQuery(id));
  const progress = useProgressWords();
  const nameOf = useNames();
  const deliveries = data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <div className={classes['happening']} role="status">
      <div className={classes['happeningTop']}>
        <span>{t('developers.sent', { id: shortId(id) })}</span>
        {event && <EventBadge status={event.status} />}
        <span className="tabular">{event && progress(event)}</span>
      </div>
      {event && <ProgressBar event={event} />}
      <ul>
        {deliveries.slice(0, LINES_MAX).map((delivery) => {
          const name = nameOf(delivery.recipient);
          return <li key={delivery.id}><ChannelIcon channel={delivery.channel} /><span>{name.name ?? t(`channel.${delivery.channel}`)}</span><DeliveryBadge status={delivery.status} /></li>;
        })}
      </ul>
      <div className={classes['testRow']}>
        <Button variant="default" leftSection={<IconExternalLink size={16} stroke={1.5} />} renderRoot={(props) => <Link {...props} to="/dashboard/events/$eventId" params={{ eventId: id }} />}>{t('developers.openEvent')}</Button>
        {deliveries.some(({ channel, status }) => channel === 'email' && status === 'sent') && <Button variant="default" leftSection={<IconMail size={16} stroke={1.5} />} renderRoot={(props) => <Link {...props} to="/dashboard/mailbox/{-$mailId}" params={{}} />}>{t('developers.openMailbox')}</Button>}
      </div>
    </div>
  );
}
