/** A customer's conversations with one business: the general one and one per visit, each live, each resumable. */
import { useQuery } from '@tanstack/react-query';
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation, CustomerProfile } from '~/api';
import { ChatThread, customerChat, flattenConversations, LiveLine, NewThread, ThreadSkeleton, useConversationEvents, useConversations } from '~/features/messaging';
import { customerLive, useLive } from '~/live';
import { ErrorState } from '~/ui';
import { usePageTitle } from '~/ui/PageTitle';
import { visitsQuery } from '../../account/queries';
import { isUpcoming } from '../../model';
import { FrontShell } from '../../shell/FrontShell';
import { useCustomerOf } from '../../shell/useBusinessCode';
import { useFreshVisits } from '../../account/useFreshVisits';
import { FirstMessage } from '../parts/FirstMessage';
import { ThreadTabs } from '../parts/ThreadTabs';
import { VisitCard } from '../parts/VisitCard';
import { listThreads, type CustomerThread } from '../threads';
import classes from '../messages.module.css';

export function MessagesScreen() {
  const { business: named, appointment } = useSearch({ from: '/client/messages' });
  const profile = useCustomerOf(named);
  if (profile) return <Messages profile={profile} appointmentId={appointment ?? null} />;
  const search = { to: 'messages', ...(named ? { business: named } : {}), ...(appointment ? { appointment } : {}) };
  return <Navigate to="/client/sign-in" search={search} replace />;
}

function Messages({ profile: { business, customer }, appointmentId }: { profile: CustomerProfile; appointmentId: string | null }) {
  const { t } = useTranslation('front');
  const navigate = useNavigate();
  usePageTitle(t('nav.chat'), business.name);
  useLive(customerLive);
  useFreshVisits();
  const { markRead } = useConversationEvents(customerChat);
  const conversations = useConversations(customerChat, {});
  const visits = useQuery(visitsQuery(customer.id));
  const known = flattenConversations(conversations.data);
  const threads = listThreads(known, visits.data ?? [], appointmentId, new Date());
  const open = threads.find((thread) => thread.appointmentId === appointmentId) ?? null;
  const choose = (thread: CustomerThread) => {
    const about = thread.appointmentId ? { appointment: thread.appointmentId } : {};
    void navigate({ to: '/client/messages', search: { business: business.slug, ...about }, replace: true });
  };
  const { refetch } = conversations;
  const reload = useCallback(() => void refetch(), [refetch]);
  // A file makes the conversation before its message is written; the thread takes over once that is sent.
  const [isBeginning, setIsBeginning] = useState(false);
  const begin = useCallback(() => setIsBeginning(true), []);
  const finish = useCallback(() => {
    setIsBeginning(false);
    reload();
  }, [reload]);
  const isAnswered = conversations.data !== undefined;
  return (
    <FrontShell
      slug={business.slug}
      active="chat"
      business={business}
      title={business.name}
      subtitle={<LiveLine connection={customerLive} suffix={isBusinessOnline(known) ? t('messages.online') : undefined} />}
      onBack={() => void navigate({ to: '/s/$slug', params: { slug: business.slug } })}
      width="bare"
      isFixedHeight
      withNav={false}
    >
      <div className={classes.panes}>
        {threads.length > 1 && <ThreadTabs threads={threads} open={open} onChoose={choose} />}
        <section className={classes.thread} aria-label={t('messages.withBusiness', { business: business.name })}>
          {open?.conversation && !(isBeginning && open.appointmentId === null) ? (
            <ChatThread
              chat={customerChat}
              conversationId={open.conversation.id}
              size="front"
              zone={business.timezone}
              cards={cardsOf(open, visits.data ?? [], business)}
              onRead={markRead}
            />
          ) : conversations.error && !isAnswered ? (
            <ErrorState title={t('messages.errorTitle')} error={conversations.error} onRetry={reload} />
          ) : !isAnswered ? (
            <div className={classes.waiting} role="status" aria-busy="true" aria-label={t('state.loading')}><ThreadSkeleton /></div>
          ) : open?.appointmentId ? (
            <NewThread
              key={open.appointmentId}
              chat={customerChat}
              appointmentId={open.appointmentId}
              onCreated={reload}
              size="front"
              card={open.visit && <VisitCard visit={open.visit} business={business} />}
            />
          ) : (
            <FirstMessage business={business} onFile={begin} onCreated={finish} />
          )}
        </section>
      </div>
    </FrontShell>
  );
}

function isBusinessOnline(conversations: readonly Conversation[]): boolean {
  return conversations.some(({ isOnline }) => isOnline);
}

/** A visit's thread shows that visit; the general one shows what is still to come. */
function cardsOf(thread: CustomerThread, visits: Parameters<typeof listThreads>[1], business: CustomerProfile['business']) {
  const now = new Date();
  const shown = thread.visit ? [thread.visit] : visits.filter((visit) => isUpcoming(visit, now));
  return shown.map((visit) => ({ key: visit.id, at: visit.createdAt, node: <VisitCard visit={visit} business={business} /> }));
}
