/** One conversation in the list: who, what was said last, how long ago, how much is unread. */
import { Badge } from '@mantine/core';
import { IconAlertTriangle, IconCalendarEvent, IconMessageCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '~/api';
import { LastWords, useOutbox, userChat, useTypingIn } from '~/features/messaging';
import { formatAgo, PersonAvatar } from '~/ui';
import classes from '../messages.module.css';

const TAGS_SHOWN_MAX = 3;

export const ConversationRow = memo(function ConversationRow({ row, isSelected }: { row: Conversation; isSelected: boolean }) {
  const { t } = useTranslation('desk');
  const typing = useTypingIn(userChat, row.id);
  const { entries } = useOutbox(userChat, { conversationId: row.id });
  const hasFailed = entries.some((entry) => entry.state === 'failed');
  const isUnread = row.unreadCount > 0;
  const Glyph = row.type === 'appointment' ? IconCalendarEvent : IconMessageCircle;
  const hasTags = row.tags.length > 0 || row.type === 'appointment' || row.priority === 'high' || row.priority === 'urgent';
  return (
    <Link
      className={classes['row']}
      to="/dashboard/messages/{-$conversationId}"
      params={{ conversationId: row.id }}
      search={({ tab, filter }) => ({ ...(tab === 'customers' ? { tab } : {}), ...(filter ? { filter } : {}) })}
      data-selected={isSelected || undefined}
      data-unread={isUnread || undefined}
      aria-current={isSelected ? 'true' : undefined}
    >
      <div className={classes['rowAvatar']}>
        <PersonAvatar name={row.name} src={row.avatar} size={38} isOnline={row.isOnline} dot="top-end" />
        <span className={classes['glyph']}><Glyph size={12} stroke={1.75} aria-hidden /></span>
      </div>
      <div className={classes['rowBody']}>
        <div className={classes['rowTop']}>
          <span className={classes['rowName']}>{row.name}</span>
          {row.lastMessageTime && <time className={classes['rowTime']} dateTime={row.lastMessageTime}>{formatAgo(row.lastMessageTime)}</time>}
        </div>
        <div className={classes['rowTop']}>
          {typing ? (
            <span className={classes['rowTyping']}>{t('messages.typing')}</span>
          ) : (
            <span className={classes['rowWords']}>
              {hasFailed && <IconAlertTriangle size={14} stroke={2} color="var(--fd-failed-text)" aria-hidden style={{ verticalAlign: '-2px', marginInlineEnd: 4 }} />}
              <LastWords conversation={row} />
            </span>
          )}
          {isUnread && <span className={classes['rowCount']} aria-label={t('messages.unreadCount', { count: row.unreadCount })}>{row.unreadCount > 99 ? '99+' : row.unreadCount}</span>}
        </div>
        {hasTags && (
          <div className={classes['rowTags']}>
            {(row.priority === 'high' || row.priority === 'urgent') && <Badge size="sm" radius="xs" color={row.priority === 'urgent' ? 'red' : 'orange'}>{t(`messages.priorities.${row.priority}`)}</Badge>}
            {row.type === 'appointment' && <Badge size="sm" radius="xs" color="gray">{row.appointment?.service ?? t('messages.booking')}</Badge>}
            {row.tags.slice(0, TAGS_SHOWN_MAX).map((tag) => <Badge key={tag} size="sm" radius="xs">{tag}</Badge>)}
          </div>
        )}
      </div>
    </Link>
  );
});
