/**
 * The nouns of the API, as `docs/api-design.md` draws them.
 *
 * Only shapes live here, so that a generated schema can take their place: `paths.ts` refers to these names, and screens
 * import them from `~/api`.
 */

export interface Money {
  /** Integer minor units. */
  amount: number;
  /** ISO 4217. */
  currency: string;
}

export type Role = 'owner' | 'admin' | 'manager' | 'staff';

export interface User {
  id: string;
  name: string;
  firstName?: string | null;
  lastName?: string | null;
  email: string;
  phone?: string | null;
  emailVerified?: boolean;
  createdAt: string;
}

export interface Team {
  id: string;
  name: string;
  inviteCode: string;
  slug: string;
  timezone: string;
  currency: string;
  country: string;
  role?: Role;
}

export interface Membership {
  tenantId: string;
  name: string;
  slug: string;
  role: Role;
}

export interface Customer {
  id: string;
  name: string;
  email: string | null;
  phone: string | null;
  isGuest: boolean;
  createdAt: string;
}

/** One stretch of opening hours; day 1 is Monday, times are the business's own. */
export interface WeeklyHours {
  day: number;
  start: string;
  end: string;
}

export interface Business {
  id: string;
  name: string;
  slug: string;
  inviteCode: string;
  timezone: string;
  currency: string;
  country: string;
  about: string | null;
  phone: string | null;
  address: string | null;
  brandColor: string | null;
  hours: WeeklyHours[];
}

export interface BusinessSettings {
  name: string;
  slug: string;
  inviteCode: string;
  timezone: string;
  currency: string;
  country: string;
  about: string | null;
  phone: string | null;
  address: string | null;
  brandColor: string | null;
  afterCareDays: number;
}

export interface UserSession {
  user: User;
  team: Team;
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

export interface CustomerSession {
  customer: Customer;
  business: Business;
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

export interface SignInLinkSent {
  signInLinkSent: true;
}

export interface DeviceSession {
  id: string;
  ipAddress: string | null;
  userAgent: string | null;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
  isCurrent: boolean;
}

export interface Service {
  id: string;
  name: string;
  description: string | null;
  category: string | null;
  /** Minutes. */
  duration: number;
  price: Money;
  active: boolean;
  providerIds: string[];
  createdAt: string;
}

export interface Provider {
  id: string;
  name: string;
  email: string;
  color: string;
  bookable: boolean;
  weekly: WeeklyHours[];
  timezone: string;
}

export type AppointmentStatus = 'pending' | 'confirmed' | 'rejected' | 'cancelled' | 'in_progress' | 'completed' | 'no_show';

export interface Appointment {
  id: string;
  status: AppointmentStatus;
  customerId: string;
  customer: { id: string; name: string; email: string | null; phone: string | null };
  serviceId: string;
  service: string;
  staffId: string;
  staffName: string;
  time: string;
  start: string;
  end: string;
  timezone: string;
  durationMinutes: number;
  price: Money;
  notes: string | null;
  reason: string | null;
  source: 'storefront' | 'desk';
  conversationId: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface Slot {
  start: string;
  end: string;
  staffId: string;
  staffName?: string;
}

/** What a thread says about its booking; the whole of it is read from the appointments. */
export interface ConversationAppointment {
  id: string;
  status: AppointmentStatus;
  service: string;
  start: string;
  timezone: string;
}

export type ConversationType = 'direct' | 'appointment';
export type ConversationStatus = 'active' | 'archived' | 'blocked';
export type Priority = 'low' | 'normal' | 'high' | 'urgent';

export interface Conversation {
  id: string;
  name: string;
  email: string | null;
  phone: string | null;
  avatar: string | null;
  lastMessage: string | null;
  lastMessageTime: string | null;
  lastSeq: number;
  unreadCount: number;
  isOnline: boolean;
  type: ConversationType;
  status: ConversationStatus;
  priority: Priority;
  tags: string[];
  customerId: string;
  appointmentId?: string | null;
  appointment?: ConversationAppointment | null;
  assignedTo?: string | null;
  closed?: boolean;
}

export type MessageStatus = 'sent' | 'delivered' | 'read' | 'failed';

export interface Attachment {
  id: string;
  name: string;
  type: string;
  size: number;
  url: string;
  thumbnailUrl?: string | null;
  width?: number | null;
  height?: number | null;
}

export interface Message {
  id: string;
  conversationId: string;
  seq: number;
  senderId: string;
  senderName: string;
  senderType: 'customer' | 'provider';
  senderRole: 'business_owner' | 'staff' | 'admin' | 'customer';
  content: string;
  attachments: Attachment[];
  timestamp: string;
  status: MessageStatus;
  readBy: { userId: string; readAt: string }[];
  replyTo?: string | null;
  editedAt?: string | null;
  isDeleted: boolean;
  clientMessageId?: string | null;
}

export interface CustomerRow {
  id: string;
  name: string;
  email: string | null;
  phone: string | null;
  totalOrders: number;
  totalSpent: Money | number;
  lastLogin: string | null;
  joinedDate: string;
  hasConversation: boolean;
  conversationId: string | null;
  unreadCount: number;
}

export interface MessageHit {
  message: Message;
  conversationId: string;
  conversationName: string;
  highlights: { start: number; end: number }[];
  before?: Message | null;
  after?: Message | null;
}
