/** Opens the direct conversation with a customer, creating it when it is the first. */
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi } from '~/api';
import { conversationsKey } from '~/features/messaging';

interface Target {
  id: string;
  conversationId?: string | null;
}

export function useOpenConversation(): (customer: Target) => Promise<void> {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { t } = useTranslation('desk');
  return useCallback(
    async (customer) => {
      try {
        const conversationId = customer.conversationId ?? (await must(userApi.POST('/api/messages/conversations', { body: { customerId: customer.id } }))).conversation.id;
        if (!customer.conversationId) void client.invalidateQueries({ queryKey: conversationsKey('user') });
        await navigate({ to: '/dashboard/messages/{-$conversationId}', params: { conversationId } });
      } catch (error) {
        notifications.show({ color: 'red', title: t('messages.startFailed'), message: toProblem(error).detail });
      }
    },
    [navigate, client, t],
  );
}
