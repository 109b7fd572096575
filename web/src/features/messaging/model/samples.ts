/** Messages and conversations for tests, with every field filled. */
import type { Conversation, Message } from '~/api';

export function sampleMessage(seq: number, change: Partial<Message> = {}): Message {
  return {
    id: `msg_${seq}`,
    conversationId: 'conv_1',
    seq,
    senderId: seq % 2 === 1 ? 'cust_1' : 'user_1',
    senderName: seq % 2 === 1 ? 'Amina' : 'Grace',
    senderType: seq % 2 === 1 ? 'customer' : 'provider',
    senderRole: seq % 2 === 1 ? 'customer' : 'business_owner',
    content: `message ${seq}`,
    attachments: [],
    timestamp: new Date(Date.UTC(2027, 4, 12, 9, 0, seq)).toISOString(),
    status: 'sent',
    readBy: [],
    replyTo: null,
    editedAt: null,
    isDeleted: false,
    clientMessageId: null,
    ...change,
  };
}

export function sampleConversation(change: Partial<Conversation> = {}): Conversation {
  return {
    id: 'conv_1',
    name: 'Amina',
    email: null,
    phone: null,
    avatar: null,
    lastMessage: null,
    lastMessageTime: '2027-05-12T09:00:00.000Z',
    lastSeq: 0,
    unreadCount: 0,
    isOnline: false,
    type: 'direct',
    status: 'active',
    priority: 'normal',
    tags: [],
    customerId: 'cust_1',
    appointmentId: null,
    assignedTo: null,
    closed: false,
    ...change,
  };
}
