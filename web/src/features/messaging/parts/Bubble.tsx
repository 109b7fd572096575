/** One message: its quote, files and words, and under the last of a group the time, the author and the ticks. */
import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconArrowBackUp, IconCopy, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '~/api';
import { formatClock, PersonAvatar } from '~/ui';
import { Attachments } from './Attachments';
import { Linked } from './Linked';
import classes from './messaging.module.css';
import { Ticks, type TickState } from './Ticks';

/** The server lets authors change their words for this long. */
export const EDIT_WINDOW_MS = 15 * 60_000;

export interface BubbleActions {
  onReply?: ((message: Message) => void) | undefined;
  onEdit?: ((message: Message) => void) | undefined;
  onDelete?: ((message: Message) => void) | undefined;
  onQuoteClick?: ((messageId: string) => void) | undefined;
  onExpired: () => void;
}

interface Props extends BubbleActions {
  message: Message;
  quoted: Message | null;
  /** On the right: written by the viewer's side. */
  isOurs: boolean;
  isMine: boolean;
  startsGroup: boolean;
  endsGroup: boolean;
  isHighlighted?: boolean;
  zone?: string | undefined;
}

export const Bubble = memo(function Bubble(props: Props) {
  const { message, isOurs, isMine, startsGroup, endsGroup, zone } = props;
  const { t } = useTranslation('chat');
  return (
    <article className={classes['row']} data-ours={isOurs || undefined} data-starts={startsGroup || undefined} data-highlighted={props.isHighlighted || undefined} aria-label={`${message.senderName}, ${formatClock(message.timestamp, zone)}`}>
      {!isOurs && <div className={classes['avatar']}>{startsGroup && <PersonAvatar name={message.senderName} size={28} />}</div>}
      <div className={classes['column']}>
        <div className={classes['line']}>
          <div className={classes['bubble']} data-deleted={message.isDeleted || undefined} data-bare={isBare(message) || undefined}>
            {message.isDeleted ? <span>{t('deleted')}</span> : <BubbleBody {...props} />}
          </div>
          {!message.isDeleted && <BubbleMenu {...props} />}
        </div>
        {(endsGroup || (message.editedAt && !message.isDeleted)) && (
          <Text component="div" className={classes['meta']}>
            <time dateTime={message.timestamp}>{formatClock(message.timestamp, zone)}</time>
            {isOurs && !isMine && <span>· {message.senderName}</span>}
            {message.editedAt && !message.isDeleted && <span>· {t('edited')}</span>}
            {isOurs && !message.isDeleted && <Ticks state={message.status} />}
            {isOurs && !message.isDeleted && message.status === 'read' && <span>{t('read')}</span>}
          </Text>
        )}
      </div>
    </article>
  );
});

/** A picture without words stands by itself, without a bubble around it. */
function isBare(message: Message): boolean {
  return !message.isDeleted && message.content === '' && !message.replyTo && message.attachments.length > 0 && message.attachments.every((file) => file.type.startsWith('image/'));
}

function BubbleBody({ message, quoted, onQuoteClick, onExpired }: Props) {
  return (
    <>
      {message.replyTo && <Quote message={quoted} onClick={onQuoteClick && (() => onQuoteClick(message.replyTo ?? ''))} />}
      <Attachments attachments={message.attachments} onExpired={onExpired} />
      {message.content !== '' && <span className={classes['words']} dir="auto"><Linked text={message.content} /></span>}
    </>
  );
}

export function Quote({ message, onClick }: { message: Message | null; onClick?: (() => void) | undefined }) {
  const { t } = useTranslation('chat');
  return (
    <button type="button" className={classes['quote']} onClick={onClick} disabled={!onClick || !message}>
      <strong>{message?.senderName ?? t('quoteUnknown')}</strong>
      <span>{message ? describe(message, t('deleted'), t('photo'), t('file')) : '…'}</span>
    </button>
  );
}

/** A message in one line, for quotes. */
function describe(message: Message, deleted: string, photo: string, file: string): string {
  if (message.isDeleted) return deleted;
  if (message.content) return message.content;
  const first = message.attachments[0];
  return first ? `${first.type.startsWith('image/') ? photo : file}: ${first.name}` : '';
}

function BubbleMenu({ message, isMine, onReply, onEdit, onDelete }: Props) {
  const { t } = useTranslation('chat');
  const mayChange = isMine && Date.now() - Date.parse(message.timestamp) < EDIT_WINDOW_MS;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon className={classes['more'] ?? ''} size="sm" aria-label={t('messageActions')}>
          <IconDots size={16} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {onReply && <Menu.Item leftSection={<IconArrowBackUp size={16} stroke={1.5} />} onClick={() => onReply(message)}>{t('reply')}</Menu.Item>}
        {message.content !== '' && <Menu.Item leftSection={<IconCopy size={16} stroke={1.5} />} onClick={() => void navigator.clipboard?.writeText(message.content)}>{t('copyText')}</Menu.Item>}
        {mayChange && onEdit && <Menu.Item leftSection={<IconPencil size={16} stroke={1.5} />} onClick={() => onEdit(message)}>{t('edit')}</Menu.Item>}
        {mayChange && onDelete && <Menu.Item color="red" leftSection={<IconTrash size={16} stroke={1.5} />} onClick={() => onDelete(message)}>{t('delete')}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}

/** What is not acknowledged yet, in the same shape but greyed. */
export function PendingBubble({ state, reason, children, quoted, onRetry, onDiscard }: {
  state: TickState;
  reason: string | null;
  children: ReactNode;
  quoted: Message | null | undefined;
  onRetry: () => void;
  onDiscard: () => void;
}) {
  const { t } = useTranslation('chat');
  const isFailed = state === 'failed';
  return (
    <article className={classes['row']} data-ours data-starts data-pending={!isFailed || undefined} data-failed={isFailed || undefined}>
      <div className={classes['column']}>
        <div className={classes['bubble']}>
          {quoted !== undefined && <Quote message={quoted} />}
          {children}
        </div>
        <Text component="div" className={classes['meta']} role="status">
          {isFailed ? (
            <>
              <Ticks state="failed" />
              <span className={classes['failedWords']}>{reason ? t('failedWhy', { reason }) : t('failed')}</span>
              <button type="button" className={classes['textButton']} onClick={onRetry}>{t('retry')}</button>
              <button type="button" className={classes['textButton']} onClick={onDiscard}>{t('discard')}</button>
            </>
          ) : (
            <>
              <Ticks state={state} />
              <span>{t(state)}</span>
            </>
          )}
        </Text>
      </div>
    </article>
  );
}
