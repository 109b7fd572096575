/** What the shell does for the inbox once, and the message screen uses. */
import { createContext, use } from 'react';

interface InboxParts {
  /** Clears the unread count of a conversation in every list. */
  markRead: (conversationId: string) => void;
}

export const InboxContext = createContext<InboxParts | null>(null);

export function useInbox(): InboxParts {
  const parts = use(InboxContext);
  if (!parts) throw new Error('useInbox needs the desk shell around it');
  return parts;
}
