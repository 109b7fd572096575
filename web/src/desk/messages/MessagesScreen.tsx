/**
 * The inbox: the list, the thread and the customer beside it; on a phone one of them at a time, with a way back.
 */
import { ActionIcon, Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { IconMessageCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, userApi } from '~/api';
import { NewThread, userChat } from '~/features/messaging';
import { StateMessage } from '~/ui';
import classes from './messages.module.css';
import { AppointmentCard } from './parts/AppointmentCard';
import { CustomerPanel } from './parts/CustomerPanel';
import { InboxPane } from './parts/InboxPane';
import { ThreadPane } from './parts/ThreadPane';
import { IconArrowLeft } from '@tabler/icons-react';

const FROM = '/dashboard/messages/{-$conversationId}' as const;

export function MessagesScreen() {
  const { conversationId } = useParams({ from: FROM });
  const { appointment } = useSearch({ from: FROM });
  const { t } = useTranslation('desk');
  const isWide = useMediaQuery('(min-width: 75em)', true, { getInitialValueInEffect: false }) ?? true;
  const [isPanelOpen, setIsPanelOpen] = useState(false);
  const hasThread = conversationId !== undefined || appointment !== undefined;

  return (
    <div className={classes['panes']} data-thread={hasThread || undefined}>
      <InboxPane selectedId={conversationId ?? null} />
      <section className={classes['thread']} aria-label={t('messages.conversations')}>
        {conversationId ? (
          <ThreadPane key={conversationId} conversationId={conversationId} onShowCustomer={() => setIsPanelOpen(true)} hasPanel={isWide} />
        ) : appointment ? (
          <FreshAppointmentThread key={appointment} appointmentId={appointment} />
        ) : (
          <StateMessage icon={<IconMessageCircle size={22} stroke={1.5} />} tone="brand" title={t('messages.pick')} text={t('messages.pickText', { keys: 'j / k', reply: 'r', archive: 'e' })} />
        )}
      </section>
      {conversationId && isWide && <aside className={classes['panel']} aria-label={t('messages.details')}><CustomerPanel conversationId={conversationId} /></aside>}
      {conversationId && !isWide && (
        <Drawer opened={isPanelOpen} onClose={() => setIsPanelOpen(false)} position="right" size={320} title={t('messages.details')} padding={0} classNames={{ header: classes['drawerHeader'] ?? '' }}>
          <CustomerPanel conversationId={conversationId} />
        </Drawer>
      )}
    </div>
  );
}

/** A booking nobody has written about: the first message makes the conversation. */
function FreshAppointmentThread({ appointmentId }: { appointmentId: string }) {
  const { t } = useTranslation('desk');
  const navigate = useNavigate();
  const query = useQuery({
    queryKey: ['appointment', appointmentId],
    queryFn: async ({ signal }) => (await must(userApi.GET('/api/appointments/{id}', { params: { path: { id: appointmentId } }, signal }))).data,
  });
  const back = () => void navigate({ to: FROM, params: {} });
  return (
    <>
      <header className={classes['threadHeader']}>
        <ActionIcon className={classes['back'] ?? ''} size={44} onClick={back} aria-label={t('messages.back')}><IconArrowLeft size={20} stroke={1.5} /></ActionIcon>
        <strong>{query.data?.customer.name ?? t('messages.newThread')}</strong>
      </header>
      <NewThread
        chat={userChat}
        appointmentId={appointmentId}
        placeholder={t('messages.reply')}
        card={query.data ? <AppointmentCard appointment={query.data} /> : null}
        onCreated={(conversationId) => void navigate({ to: FROM, params: { conversationId }, replace: true })}
      />
    </>
  );
}
