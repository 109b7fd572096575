/** The middle pane: who one talks to, what can be done with the conversation, and the conversation. */
import { ActionIcon, Badge, Box, Button, Group, Menu, Skeleton, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { IconArchive, IconArchiveOff, IconArrowLeft, IconBan, IconCheck, IconChevronDown, IconDots, IconFlag, IconInfoCircle, IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useUserProfile, type Conversation, type Priority } from '~/api';
import { ChatThread, useThread, userChat } from '~/features/messaging';
import { PersonAvatar } from '~/ui';
import { titleOf } from '~/ui/PageTitle';
import { useInbox } from '../../inbox';
import { appointmentsQuery, providersQuery, useBusinessZone, useRights } from '../../queries';
import classes from '../messages.module.css';
import { useConversationChange } from '../useConversationChange';
import { AppointmentCard } from './AppointmentCard';

const FROM = '/dashboard/messages/{-$conversationId}' as const;
const PRIORITIES: readonly Priority[] = ['low', 'normal', 'high', 'urgent'];
const CARDS_MAX = 20;

interface Props {
  conversationId: string;
  hasPanel: boolean;
  onShowCustomer: () => void;
}

export function ThreadPane({ conversationId, hasPanel, onShowCustomer }: Props) {
  const { t } = useTranslation('desk');
  const { view } = useThread(userChat, conversationId);
  const { markRead } = useInbox();
  const zone = useBusinessZone();
  const { conversation } = view;
  // The cards come from the list that events keep right, so that a confirmation elsewhere shows here at once.
  const customerId = conversation?.customerId ?? '';
  const appointments = useQuery({ ...appointmentsQuery({ customerId, limit: CARDS_MAX }), enabled: customerId !== '' });
  const cards = useMemo(() => {
    const all = appointments.data ?? [];
    const about = conversation?.type === 'appointment' ? all.filter((entry) => entry.id === conversation.appointmentId) : all.filter((entry) => entry.status === 'pending');
    return about.map((appointment) => ({ key: appointment.id, at: appointment.createdAt, node: <AppointmentCard appointment={appointment} /> }));
  }, [appointments.data, conversation]);

  return (
    <>
      <ThreadHeader conversation={conversation} isLoading={view.error === null} hasPanel={hasPanel} onShowCustomer={onShowCustomer} />
      <ChatThread
        chat={userChat}
        conversationId={conversationId}
        cards={cards}
        zone={zone}
        placeholder={t('messages.reply')}
        onRead={markRead}
        closedReason={conversation?.status === 'blocked' ? t('messages.blockedReason') : null}
      />
    </>
  );
}

function ThreadHeader({ conversation, isLoading, hasPanel, onShowCustomer }: { conversation: Conversation | null; isLoading: boolean } & Omit<Props, 'conversationId'>) {
  const { t } = useTranslation('desk');
  const navigate = useNavigate();
  const business = useUserProfile()?.team.name;
  useEffect(() => {
    if (!conversation) return;
    const before = document.title;
    document.title = titleOf(conversation.name, business);
    return () => {
      document.title = before;
    };
  }, [conversation, business]);
  return (
    <header className={classes['threadHeader']}>
      <ActionIcon className={classes['back'] ?? ''} size={44} onClick={() => void navigate({ from: FROM, to: FROM, params: { conversationId: undefined }, search: (known) => known })} aria-label={t('messages.back')}><IconArrowLeft size={20} stroke={1.5} /></ActionIcon>
      {!conversation && isLoading && (
        <Group gap="sm" wrap="nowrap" aria-hidden>
          <Skeleton circle height={36} width={36} />
          <div><Skeleton height={13} width={130} /><Skeleton height={10} width={90} mt={6} /></div>
        </Group>
      )}
      {conversation && (
        <>
          <PersonAvatar name={conversation.name} src={conversation.avatar} size={36} isOnline={conversation.isOnline} />
          <div className={classes['threadWho']}>
            <div className={classes['threadName']}>
              <Text fw={600} size="md" truncate component="h2" m={0}>{conversation.name}</Text>
              {conversation.priority !== 'normal' && <Badge size="sm" radius="xs" style={{ flexShrink: 0 }} color={conversation.priority === 'low' ? 'gray' : conversation.priority === 'urgent' ? 'red' : 'orange'}>{t(`messages.priorities.${conversation.priority}`)}</Badge>}
              {conversation.tags.slice(0, 2).map((tag) => <Badge key={tag} size="sm" radius="xs" visibleFrom="sm">{tag}</Badge>)}
            </div>
            <Text size="xs" c="dimmed" truncate>{conversation.isOnline ? t('messages.online') : t('messages.offline')}{conversation.type === 'appointment' && conversation.appointment ? ` · ${conversation.appointment.service}` : ` · ${t('messages.channel')}`}</Text>
          </div>
          <ThreadActions conversation={conversation} hasPanel={hasPanel} onShowCustomer={onShowCustomer} />
        </>
      )}
    </header>
  );
}

function ThreadActions({ conversation, hasPanel, onShowCustomer }: { conversation: Conversation } & Omit<Props, 'conversationId'>) {
  const { t } = useTranslation('desk');
  const change = useConversationChange();
  const { mayManage } = useRights();
  const isArchived = conversation.status === 'archived';
  const isBlocked = conversation.status === 'blocked';

  const archive = async () => {
    const next = isArchived ? 'active' : 'archived';
    if ((await change(conversation.id, { status: next })) && next === 'archived') {
      const id = `archived-${conversation.id}`;
      notifications.show({
        id,
        message: <span className={classes['undo']}>{t('messages.archivedDone')} <Button size="compact-xs" variant="subtle" onClick={() => (notifications.hide(id), void change(conversation.id, { status: 'active' }))}>{t('messages.unarchive')}</Button></span>,
      });
    }
  };
  const block = () => {
    if (isBlocked) {
      void change(conversation.id, { status: 'active' });
      return;
    }
    modals.openConfirmModal({
      title: t('messages.blockTitle', { name: conversation.name }),
      children: <Text size="sm">{t('messages.blockText')}</Text>,
      labels: { confirm: t('messages.block'), cancel: t('appointments.keep') },
      confirmProps: { color: 'red' },
      onConfirm: () => void change(conversation.id, { status: 'blocked' }),
    });
  };

  return (
    <div className={classes['threadActions']}>
      {mayManage && <AssignMenu conversation={conversation} />}
      {!isBlocked && (
        <ActionIcon size="lg" visibleFrom="sm" onClick={() => void archive()} aria-label={isArchived ? t('messages.unarchive') : t('messages.archive')} title={`${isArchived ? t('messages.unarchive') : t('messages.archive')} (e)`}>
          {isArchived ? <IconArchiveOff size={20} stroke={1.5} /> : <IconArchive size={20} stroke={1.5} />}
        </ActionIcon>
      )}
      <Menu position="bottom-end" width={220}>
        <Menu.Target><ActionIcon size="lg" aria-label={t('messages.more')}><IconDots size={20} stroke={1.5} /></ActionIcon></Menu.Target>
        <Menu.Dropdown className={classes['tallMenu'] ?? ''}>
          {!hasPanel && <Menu.Item leftSection={<IconInfoCircle size={16} stroke={1.5} />} onClick={onShowCustomer}>{t('messages.details')}</Menu.Item>}
          {!isBlocked && <Menu.Item hiddenFrom="sm" leftSection={<IconArchive size={16} stroke={1.5} />} onClick={() => void archive()}>{isArchived ? t('messages.unarchive') : t('messages.archive')}</Menu.Item>}
          <Menu.Label>{t('messages.priority')}</Menu.Label>
          {PRIORITIES.map((priority) => (
            <Menu.Item key={priority} leftSection={<IconFlag size={16} stroke={1.5} />} rightSection={conversation.priority === priority ? <IconCheck size={14} stroke={2} /> : null} onClick={() => void change(conversation.id, { priority })}>
              {t(`messages.priorities.${priority}`)}
            </Menu.Item>
          ))}
          {/* Where the header has no room for who has it. */}
          {mayManage && <Box hiddenFrom="xs"><Menu.Label>{t('messages.assign')}</Menu.Label><AssignItems conversation={conversation} /></Box>}
          <Menu.Divider />
          <Menu.Item color={isBlocked ? undefined : 'red'} leftSection={<IconBan size={16} stroke={1.5} />} onClick={block}>{isBlocked ? t('messages.unblock') : t('messages.block')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

/** Who may have it. */
function AssignItems({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation('desk');
  const change = useConversationChange();
  const providers = useQuery(providersQuery);
  return (
    <>
      {(providers.data ?? []).map((provider) => (
        <Menu.Item key={provider.id} leftSection={<PersonAvatar name={provider.name} size={20} />} rightSection={provider.id === conversation.assignedTo ? <IconCheck size={14} stroke={2} /> : null} onClick={() => void change(conversation.id, { assignedTo: provider.id })}>
          {provider.name}
        </Menu.Item>
      ))}
      {conversation.assignedTo && <Menu.Item onClick={() => void change(conversation.id, { assignedTo: null })}>{t('messages.unassigned')}</Menu.Item>}
    </>
  );
}

function AssignMenu({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation('desk');
  const providers = useQuery(providersQuery);
  const assigned = providers.data?.find((provider) => provider.id === conversation.assignedTo);
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button variant="default" size="xs" px="xs" leftSection={assigned ? <PersonAvatar name={assigned.name} size={18} /> : <IconUserPlus size={16} stroke={1.5} />} rightSection={<IconChevronDown size={14} stroke={1.75} />} visibleFrom="xs">
          {assigned?.name ?? t('messages.assign')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes['tallMenu'] ?? ''}><AssignItems conversation={conversation} /></Menu.Dropdown>
    </Menu>
  );
}
