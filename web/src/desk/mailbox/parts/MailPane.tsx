/** One mail: who wrote to whom, then as its reader sees it, its plain text, and every header. */
import { ActionIcon, Button, Skeleton, Table, Tabs, Title } from '@mantine/core';
import { IconChevronLeft, IconSend } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, type Mail } from '~/api';
import { ErrorState, StateMessage } from '~/ui';
import { useMoments } from '../../events/useMoments';
import { mailQuery } from '../queries';
import classes from '../mailbox.module.css';

export function MailPane({ id, onBack }: { id: string; onBack: () => void }) {
  const { t } = useTranslation('events');
  const query = useQuery(mailQuery(id));
  const back = <ActionIcon hiddenFrom="sm" size={44} onClick={onBack} aria-label={t('mailbox.back')}><IconChevronLeft size={20} stroke={1.5} /></ActionIcon>;
  if (query.data) return <MailView mail={query.data} back={back} />;
  if (query.error) {
    return (
      <>
        {back}
        {toProblem(query.error).status === 404 ? <StateMessage title={t('mailbox.notFound')} /> : <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      </>
    );
  }
  return <div className={classes['mail']} aria-hidden><Skeleton height={20} width={280} /><Skeleton height={12} width={220} mt={12} /><Skeleton height={12} width={180} mt={8} /><Skeleton height={360} mt={24} /></div>;
}

function MailView({ mail, back }: { mail: Mail; back: React.ReactNode }) {
  const { t } = useTranslation('events');
  const { moment } = useMoments();
  return (
    <article className={classes['mail']}>
      <header className={classes['mailHead']}>
        {back}
        <div className={classes['mailWords']}>
          <Title order={2}>{mail.subject}</Title>
          <dl>
            <div><dt>{t('mailbox.from')}</dt><dd>{mail.from}</dd></div>
            <div><dt>{t('mailbox.to')}</dt><dd>{mail.to.join(', ')}</dd></div>
          </dl>
        </div>
        <div className={classes['mailSide']}>
          <time dateTime={mail.receivedAt}>{moment(mail.receivedAt)}</time>
          {mail.deliveryId && <DeliveryLink id={mail.deliveryId} />}
        </div>
      </header>
      <Tabs defaultValue={mail.html ? 'html' : 'text'} keepMounted={false} className={classes['tabs'] ?? ''}>
        <Tabs.List>
          <Tabs.Tab value="html" disabled={!mail.html}>{t('mailbox.html')}</Tabs.Tab>
          <Tabs.Tab value="text">{t('mailbox.plain')}</Tabs.Tab>
          <Tabs.Tab value="headers">{t('mailbox.headers')}</Tabs.Tab>
        </Tabs.List>
        {/* No permission at all: nothing in the mail runs, follows a link or sends a form. It is a letter, not a page of ours. */}
        <Tabs.Panel value="html">{mail.html && <iframe className={classes['letter']} sandbox="" srcDoc={mail.html} title={t('mailbox.frame')} referrerPolicy="no-referrer" />}</Tabs.Panel>
        <Tabs.Panel value="text"><pre className={classes['text']} tabIndex={0} role="region" aria-label={t('mailbox.plain')}>{mail.text}</pre></Tabs.Panel>
        <Tabs.Panel value="headers" tabIndex={0} className={classes['headers'] ?? ''}>
          <Table layout="fixed">
            <colgroup><col className={classes['headerName']} /><col /></colgroup>
            <Table.Tbody>{mail.headers.map(({ name, value }, index) => <Table.Tr key={index}><Table.Th scope="row">{name}</Table.Th><Table.Td>{value}</Table.Td></Table.Tr>)}</Table.Tbody>
          </Table>
        </Tabs.Panel>
      </Tabs>
    </article>
  );
}

/** The mail knows its delivery, the delivery its event. */
function DeliveryLink({ id }: { id: string }) {
  const { t } = useTranslation('events');
  const delivery = useQuery({
    queryKey: ['delivery', id],
    queryFn: async ({ signal }) => (await must(userApi.GET('/api/deliveries/{id}', { params: { path: { id } }, signal }))).data,
  });
  if (!delivery.data) return null;
  const { event_id } = delivery.data;
  return <Button size="xs" variant="default" leftSection={<IconSend size={14} stroke={1.5} />} renderRoot={(props) => <Link {...props} to="/dashboard/events/$eventId" params={{ eventId: event_id }} search={{ delivery: id }} />}>{t('mailbox.openDelivery')}</Button>;
}
