/** One line: what happened, when, and whether it was read. Pressing it reads it and leads to what it is about. */
import { ActionIcon } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Notice } from '~/api';
import { NoticeRow } from '~/features/notices/NoticeRow';
import { useBusinessZone, useRights } from '../../queries';
import { targetOf } from '../model';
import classes from '../notices.module.css';
import type { useNoticeMoves } from '../queries';

interface Props {
  notice: Notice;
  moves: ReturnType<typeof useNoticeMoves>;
  onLeave?: () => void;
  onRemoved?: () => void;
  /** With a button that only reads it. */
  canRead?: boolean;
}

/** Drawn again only when the notice changed: what it is handed does the same each time. */
export const NoticeLine = memo(function NoticeLine({ notice, moves, onLeave, onRemoved, canRead = false }: Props) {
  const { t } = useTranslation('notices');
  const zone = useBusinessZone();
  const open = useOpen();
  const press = () => {
    if (!notice.read) moves.read.mutate(notice.id);
    if (open(notice)) onLeave?.();
  };
  return (
    <NoticeRow notice={notice} zone={zone} onPress={press}>
      {canRead && !notice.read && <ActionIcon className={classes['act'] ?? ''} size={36} aria-label={t('centre.markRead', { title: notice.title })} onClick={() => moves.read.mutate(notice.id)}><IconCheck size={16} stroke={1.75} /></ActionIcon>}
      <ActionIcon
        className={classes['act'] ?? ''}
        size={36}
        aria-label={t('centre.remove', { title: notice.title })}
        onClick={() => {
          moves.remove(notice);
          onRemoved?.();
        }}
      >
        <IconX size={16} stroke={1.5} />
      </ActionIcon>
    </NoticeRow>
  );
}, (one, other) => one.notice === other.notice);

/** Goes to what a line is about; false where there is no such place. */
function useOpen(): (notice: Notice) => boolean {
  const navigate = useNavigate();
  const { mayManage } = useRights();
  return (notice) => {
    const target = targetOf(notice, mayManage);
    if (target?.kind === 'appointment') void navigate({ to: '/dashboard/appointments', search: { open: target.id } });
    if (target?.kind === 'conversation') void navigate({ to: '/dashboard/messages/{-$conversationId}', params: { conversationId: target.id } });
    if (target?.kind === 'event') void navigate({ to: '/dashboard/events/$eventId', params: { eventId: target.id } });
    return target !== null;
  };
}
