/** Changes a conversation (status, priority, tags, who has it): at once on the screen, taken back with words if refused. */
import { notifications } from '@mantine/notifications';
import { useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, type Conversation, type ConversationPatch } from '~/api';
import { asRead, conversationsKey, placeConversation, userChat, type ConversationQuery } from '~/features/messaging';

type CachedPages = InfiniteData<Conversation[]>;

export function useConversationChange(): (conversationId: string, patch: ConversationPatch) => Promise<boolean> {
  const client = useQueryClient();
  const { t } = useTranslation('desk');
  return useCallback(
    async (conversationId, patch) => {
      const show = (conversation: Conversation) => {
        userChat.openThread(conversationId).setConversation(conversation);
        for (const [key, data] of client.getQueriesData<CachedPages>({ queryKey: conversationsKey('user') })) {
          const query = (key[2] ?? {}) as ConversationQuery;
          if (data) client.setQueryData(key, placeConversation(data, conversation, (query.status ?? 'active') === conversation.status));
        }
      };
      const lists = client.getQueriesData<CachedPages>({ queryKey: conversationsKey('user') });
      const listed = lists.flatMap(([, data]) => data?.pages.flat() ?? []).find((row) => row.id === conversationId);
      const before = userChat.openThread(conversationId).getView().conversation ?? listed;
      if (before) show({ ...before, ...patch });
      try {
        const answer = await must(userApi.PATCH('/api/messages/conversations/{id}', { params: { path: { id: conversationId } }, body: patch }));
        show(asRead(answer.conversation));
        return true;
      } catch (error) {
        if (before) show(before);
        notifications.show({ color: 'red', title: t('messages.changeFailed'), message: toProblem(error).detail });
        return false;
      }
    },
    [client, t],
  );
}
