/**
 * A whole conversation: transcript, typing, composer, and files dropped anywhere on it. Screens put their header above
 * and their cards inside; everything that keeps the transcript right happens here.
 */
import { Button, Group, Modal, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconLock, IconMessageCircle, IconUpload } from '@tabler/icons-react';
import '@mantine/dropzone/styles.layer.css';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, type Message } from '~/api';
import { useLiveState } from '~/live';
import { ErrorState, StateMessage } from '~/ui';
import type { Chat } from '../engine/chat';
import { FILE_BYTES_MAX } from '../engine/uploads';
import { useOutbox, useThread, useViewer } from '../hooks';
import type { InlineCard } from '../model/rows';
import { isCutOff, useUploads } from '../useUploads';
import { Composer } from './Composer';
import { MessageList } from './MessageList';
import classes from './messaging.module.css';
import { ThreadSkeleton } from './ThreadSkeleton';
import { TypingLine } from './TypingLine';

interface Props {
  chat: Chat;
  conversationId: string;
  cards?: readonly InlineCard[] | undefined;
  /** The business's zone, for times; the viewer's own when left out. */
  zone?: string | undefined;
  size?: 'desk' | 'front';
  placeholder?: string | undefined;
  /** Why nothing can be written here, when that is so. */
  closedReason?: string | null | undefined;
  /** After the server took note that this was read. */
  onRead?: ((conversationId: string) => void) | undefined;
}

/** Another conversation starts with nothing of the last one: no quote, no half-made edit, no files. */
export function ChatThread(props: Props) {
  return <OpenThread key={props.conversationId} {...props} />;
}

function OpenThread({ chat, conversationId, cards, zone, size = 'desk', placeholder, closedReason, onRead }: Props) {
  const { t } = useTranslation('chat');
  const { engine, view } = useThread(chat, conversationId);
  const outbox = useOutbox(chat, { conversationId });
  const uploads = useUploads(chat, conversationId);
  const viewer = useViewer(chat);
  const live = useLiveState(chat.live);
  const [replyTo, setReplyTo] = useState<Message | null>(null);
  const [editing, setEditing] = useState<Message | null>(null);
  const [deleting, setDeleting] = useState<Message | null>(null);
  const [notice, setNotice] = useState<string | null>(null);

  const onSeen = useCallback(
    (newest: Message) => {
      void engine.markRead(newest).then((isNew) => {
        if (isNew) onRead?.(conversationId);
      });
    },
    [engine, conversationId, onRead],
  );
  const startReply = useCallback((message: Message) => (setEditing(null), setReplyTo(message)), []);
  const startEdit = useCallback((message: Message) => (setReplyTo(null), setEditing(message)), []);

  if (!viewer) return null;
  if (view.error !== null && !view.loaded) return <ErrorState error={view.error} onRetry={() => void engine.refresh()} />;
  const reason = closedReason ?? (view.conversation?.closed ? t('closed') : null);
  const isEmpty = view.loaded && view.messages.length === 0 && outbox.entries.length === 0 && !cards?.length;

  return (
    <Dropzone
      activateOnClick={false}
      activateOnKeyboard={false}
      enablePointerEvents
      multiple
      maxSize={FILE_BYTES_MAX}
      disabled={reason !== null}
      onDrop={uploads.add}
      onReject={(rejections) => uploads.add(rejections.map((entry) => entry.file))}
      className={classes['dropzone'] ?? ''}
      classNames={{ inner: classes['thread'] ?? '' }}
      data-size={size}
      inputProps={{ 'aria-hidden': true, tabIndex: -1 }}
      tabIndex={-1}
    >
      {!view.loaded ? (
        <ThreadSkeleton />
      ) : isEmpty ? (
        <StateMessage icon={<IconMessageCircle size={22} stroke={1.5} />} tone="brand" title={t('emptyTitle')} text={t('emptyText')} />
      ) : (
        <MessageList
          engine={engine}
          view={view}
          viewer={viewer}
          pending={outbox.entries}
          cards={cards}
          zone={zone}
          isLive={live === 'live'}
          isCutOff={isCutOff(live)}
          onRetry={outbox.retry}
          onDiscard={outbox.discard}
          onReply={reason ? undefined : startReply}
          onEdit={reason ? undefined : startEdit}
          onDelete={setDeleting}
          onSeen={onSeen}
        />
      )}
      <TypingLine people={view.typing} />
      {notice && <Text size="xs" c="var(--fd-failed-text)" role="alert" px="lg">{notice}</Text>}
      {reason ? (
        <div className={classes['closed']}><IconLock size={16} stroke={1.5} aria-hidden />{reason}</div>
      ) : (
        <Composer
          key={conversationId}
          uploads={uploads}
          replyTo={replyTo}
          editing={editing}
          onStopReply={() => setReplyTo(null)}
          onStopEdit={() => setEditing(null)}
          onTyping={engine.tellTyping}
          placeholder={placeholder}
          draftKey={`${chat.kind}.${conversationId}`}
          size={size}
          onSend={outbox.send}
          onEdit={async (message, content) => {
            try {
              await engine.edit(message, content);
              setEditing(null);
              setNotice(null);
            } catch (error) {
              setNotice(toProblem(error).detail);
              throw error;
            }
          }}
        />
      )}
      <Dropzone.Accept>
        <div className={classes['dropping']}><IconUpload size={28} stroke={1.5} /><Text fw={600}>{t('dropHere')}</Text></div>
      </Dropzone.Accept>
      <Modal opened={deleting !== null} onClose={() => setDeleting(null)} title={t('deleteTitle')} size="sm">
        <Text size="sm" mb="md">{t('deleteText')}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => setDeleting(null)}>{t('keep')}</Button>
          <Button
            color="red"
            onClick={() => {
              const message = deleting;
              setDeleting(null);
              if (message) engine.remove(message).then(() => setNotice(null), (error: unknown) => setNotice(toProblem(error).detail));
            }}
          >
            {t('delete')}
          </Button>
        </Group>
      </Modal>
    </Dropzone>
  );
}
