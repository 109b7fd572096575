/** Sends one delivery again, now; every list that shows it follows. */
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, type Delivery } from '~/api';
import { useRecountGivenUp } from '../useGivenUp';
import { DELIVERIES_KEY, EVENT_DELIVERIES_KEY, EVENT_KEY } from './queries';

export async function resend(id: string): Promise<void> {
  await must(userApi.POST('/api/deliveries/{id}/retry', { params: { path: { id } } }));
}

export function useResend() {
  const { t } = useTranslation('events');
  const client = useQueryClient();
  const recount = useRecountGivenUp();
  return useMutation({
    mutationFn: (delivery: Pick<Delivery, 'id' | 'event_id'>) => resend(delivery.id),
    onSuccess: (_, delivery) => {
      notifications.show({ message: t('delivery.trying') });
      void client.invalidateQueries({ queryKey: [DELIVERIES_KEY] });
      void client.invalidateQueries({ queryKey: [EVENT_DELIVERIES_KEY, delivery.event_id] });
      void client.invalidateQueries({ queryKey: [EVENT_KEY, delivery.event_id] });
      recount();
    },
    onError: (error) => notifications.show({ color: 'red', title: t('delivery.failed'), message: toProblem(error).detail }),
  });
}
