/** What was said last in a conversation, for the rows of a list. */
import { useTranslation } from 'react-i18next';
import type { Conversation } from '~/api';
import { isLastDeleted } from '../model/conversations';

export function LastWords({ conversation }: { conversation: Pick<Conversation, 'lastMessage' | 'appointment'> }) {
  const { t } = useTranslation('chat');
  if (isLastDeleted(conversation)) return <i>{t('lastDeleted')}</i>;
  return <>{conversation.lastMessage ?? conversation.appointment?.service ?? ''}</>;
}
