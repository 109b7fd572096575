/**
 * The thread of an appointment nobody has written about yet: its first message creates it, and the screen is told its id.
 * Files come with the second message, because a file belongs to a conversation.
 */
import { IconMessageCircle } from '@tabler/icons-react';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StateMessage } from '~/ui';
import type { Chat } from '../engine/chat';
import { useOutbox, useUploads } from '../hooks';
import { PendingBubble } from './Bubble';
import { Composer } from './Composer';
import classes from './messaging.module.css';

interface Props {
  chat: Chat;
  appointmentId: string;
  onCreated: (conversationId: string) => void;
  size?: 'desk' | 'front';
  placeholder?: string | undefined;
  /** What the thread is about, above the first message. */
  card?: ReactNode;
}

const NOTHING = () => undefined;

export function NewThread({ chat, appointmentId, onCreated, size = 'desk', placeholder, card }: Props) {
  const { t } = useTranslation('chat');
  const outbox = useOutbox(chat, { appointmentId });
  const uploads = useUploads(chat, null);

  useEffect(
    () =>
      chat.onSent((message, entry) => {
        if (entry.appointmentId === appointmentId) onCreated(message.conversationId);
      }),
    [chat, appointmentId, onCreated],
  );

  return (
    <div className={classes['dropzone']} data-size={size}>
      <div className={classes['list']}>
        <div className={classes['fresh']}>
          {card}
          {outbox.entries.length === 0 && <StateMessage icon={<IconMessageCircle size={22} stroke={1.5} />} tone="brand" title={t('emptyTitle')} text={t('emptyText')} />}
          {outbox.entries.map((entry) => (
            <PendingBubble key={entry.clientMessageId} state={entry.state} reason={entry.reason} quoted={undefined} onRetry={() => outbox.retry(entry.clientMessageId)} onDiscard={() => outbox.discard(entry.clientMessageId)}>
              <span className={classes['words']} dir="auto">{entry.content}</span>
            </PendingBubble>
          ))}
        </div>
      </div>
      <Composer uploads={uploads} mayAttach={false} replyTo={null} editing={null} onStopReply={NOTHING} onStopEdit={NOTHING} onEdit={async () => undefined} onSend={outbox.send} placeholder={placeholder} draftKey={`${chat.kind}.${appointmentId}`} size={size} />
    </div>
  );
}
