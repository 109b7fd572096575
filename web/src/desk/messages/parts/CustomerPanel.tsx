/** The right pane: who the customer is, what happened so far, and what the team noted by tags. */
import { ActionIcon, Badge, Button, CloseButton, Popover, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconCalendarPlus, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '~/api';
import { useThread, userChat } from '~/features/messaging';
import { ErrorState, formatMoney, formatTotal, PersonAvatar } from '~/ui';
import { appointmentsQuery } from '../../queries';
import classes from '../messages.module.css';
import { useConversationChange } from '../useConversationChange';
import { CustomerTimeline } from './CustomerTimeline';

const APPOINTMENTS_READ_MAX = 50;
const TAG_CHARACTERS_MAX = 30;

export function CustomerPanel({ conversationId }: { conversationId: string }) {
  const { view } = useThread(userChat, conversationId);
  const { conversation } = view;
  if (!conversation) return view.error === null ? <PanelSkeleton /> : null;
  return (
    <div className={classes['panelInner']}>
      <div className={classes['panelTop']}>
        <PersonAvatar name={conversation.name} src={conversation.avatar} size={52} isOnline={conversation.isOnline} />
        <div style={{ minWidth: 0 }}>
          <Title order={2} lineClamp={2}>{conversation.name}</Title>
          {conversation.phone && <Text size="xs" c="dimmed" className="tabular">{conversation.phone}</Text>}
          {conversation.email && <Text size="xs" c="dimmed" truncate title={conversation.email}>{conversation.email}</Text>}
        </div>
      </div>
      <CustomerAppointments conversation={conversation} />
      <Tags conversation={conversation} />
      <Details conversation={conversation} />
    </div>
  );
}

function CustomerAppointments({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation('desk');
  const query = useQuery(appointmentsQuery({ customerId: conversation.customerId, limit: APPOINTMENTS_READ_MAX }));
  if (query.error && !query.data) return <ErrorState isSmall error={query.error} onRetry={() => void query.refetch()} />;
  const all = [...(query.data ?? [])].sort((a, b) => b.start.localeCompare(a.start));
  const visits = all.filter((entry) => entry.status === 'completed');
  const currency = all[0]?.price.currency;
  const noShows = all.filter((entry) => entry.status === 'no_show').length;
  const spent = formatTotal(visits.map((entry) => entry.price)) ?? (currency ? formatMoney({ amount: 0, currency }) : '–');
  return (
    <>
      <dl className={classes['figures']}>
        <Figure value={String(visits.length)} label={t('messages.visits', { count: visits.length })} isLoading={query.isPending} />
        <Figure value={spent} label={t('messages.spent')} isLoading={query.isPending} />
        <Figure value={String(noShows)} label={t('messages.noShows', { count: noShows })} isLoading={query.isPending} />
      </dl>
      <Button renderRoot={(props) => <Link {...props} to="/dashboard/appointments" search={{ new: true }} state={{ bookFor: { id: conversation.customerId, name: conversation.name } }} />} variant="default" size="xs" leftSection={<IconCalendarPlus size={16} stroke={1.5} />}>{t('messages.book')}</Button>
      <CustomerTimeline conversation={conversation} appointments={all} isPending={query.isPending} />
    </>
  );
}

function Figure({ value, label, isLoading }: { value: string; label: string; isLoading: boolean }) {
  return <div>{isLoading ? <Skeleton height={16} width={32} mb={4} /> : <dd className="tabular">{value}</dd>}<dt>{label}</dt></div>;
}

function Tags({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation('desk');
  const change = useConversationChange();
  const [isOpen, setIsOpen] = useState(false);
  const [tag, setTag] = useState('');
  const add = () => {
    const word = tag.trim();
    setTag('');
    setIsOpen(false);
    if (word && !conversation.tags.includes(word)) void change(conversation.id, { tags: [...conversation.tags, word] });
  };
  return (
    <section>
      <Text fw={600} size="sm" mb="xs">{t('messages.tags')}</Text>
      <div className={classes['tags']}>
        {conversation.tags.map((known) => (
          <Badge key={known} size="lg" radius="xs" rightSection={<CloseButton size={16} aria-label={t('messages.removeTag', { tag: known })} onClick={() => void change(conversation.id, { tags: conversation.tags.filter((other) => other !== known) })} />}>
            {known}
          </Badge>
        ))}
        <Popover opened={isOpen} onChange={setIsOpen} trapFocus>
          <Popover.Target><ActionIcon variant="default" size={26} radius="xs" onClick={() => setIsOpen(true)} aria-label={t('messages.addTag')}><IconPlus size={14} stroke={1.75} /></ActionIcon></Popover.Target>
          <Popover.Dropdown p="xs">
            <form onSubmit={(event) => (event.preventDefault(), add())}>
              <TextInput size="xs" value={tag} maxLength={TAG_CHARACTERS_MAX} onChange={(event) => setTag(event.currentTarget.value)} placeholder={t('messages.tagPlaceholder')} aria-label={t('messages.tagPlaceholder')} data-autofocus />
            </form>
          </Popover.Dropdown>
        </Popover>
      </div>
    </section>
  );
}

function Details({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation('desk');
  const rows: [string, string | null][] = [[t('messages.email'), conversation.email], [t('messages.phone'), conversation.phone]];
  return (
    <section>
      <Text fw={600} size="sm" mb="xs">{t('messages.contact')}</Text>
      <dl className={classes['details']}>
        {rows.map(([label, value]) => value && <div key={label}><dt>{label}</dt><dd title={value}>{value}</dd></div>)}
      </dl>
    </section>
  );
}

function PanelSkeleton() {
  return (
    <div className={classes['panelInner']} aria-hidden>
      <div className={classes['panelTop']}><Skeleton circle height={52} width={52} /><Stack gap="xs" flex={1}><Skeleton height={14} width="60%" /><Skeleton height={10} width="80%" /></Stack></div>
      <Skeleton height={48} />
      <Stack gap="sm">{[1, 2, 3].map((key) => <Skeleton key={key} height={32} />)}</Stack>
    </div>
  );
}
