/** What a person can do about an event: send it again to everybody, or call off what has not gone out. Both ask first. */
import { Anchor, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { must, newKey, toProblem, userApi, type EventDetail } from '~/api';
import { EVENT_DELIVERIES_KEY, EVENT_KEY, EVENTS_KEY } from './queries';

export function useEventMoves(event: EventDetail) {
  const { t } = useTranslation('events');
  const client = useQueryClient();
  const navigate = useNavigate();
  const path = { params: { path: { id: event.id } } };
  const onError = (error: unknown) => notifications.show({ color: 'red', title: t('event.failed'), message: toProblem(error).detail });
  const replay = useMutation({
    mutationFn: (key: string) => must(userApi.POST('/api/events/{id}/replay', { ...path, headers: { 'Idempotency-Key': key } })),
    onSuccess: ({ data }) => {
      void client.invalidateQueries({ queryKey: [EVENTS_KEY] });
      const id = notifications.show({
        title: t('event.replayed'),
        message: (
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => {
              notifications.hide(id);
              void navigate({ to: '/dashboard/events/$eventId', params: { eventId: data.event_id } });
            }}
          >
            {t('event.openReplay')}
          </Anchor>
        ),
      });
    },
    onError,
  });
  const cancel = useMutation({
    mutationFn: () => must(userApi.POST('/api/events/{id}/cancel', path)),
    onSuccess: ({ data }) => {
      client.setQueryData([EVENT_KEY, event.id], data);
      void client.invalidateQueries({ queryKey: [EVENT_DELIVERIES_KEY, event.id] });
      notifications.show({ message: t('event.cancelled') });
    },
    onError,
  });
  const askReplay = () => {
    const key = newKey();
    modals.openConfirmModal({
      title: t('event.replayTitle'),
      children: <Text size="sm">{t('event.replayText')}</Text>,
      labels: { confirm: t('event.replayConfirm'), cancel: t('event.keep') },
      onConfirm: () => replay.mutate(key),
    });
  };
  const askCancel = () =>
    modals.openConfirmModal({
      title: t('event.cancelTitle'),
      children: <Text size="sm">{t('event.cancelText')}</Text>,
      labels: { confirm: t('event.cancelConfirm'), cancel: t('event.keep') },
      confirmProps: { color: 'red' },
      onConfirm: () => cancel.mutate(),
    });
  return { askReplay, askCancel, isReplaying: replay.isPending, isCancelling: cancel.isPending };
}
