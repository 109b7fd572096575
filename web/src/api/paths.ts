/**
 * The paths of the API that the app calls, in the form openapi-fetch reads.
 *
 * Hand-written from `docs/api-design.md`; `npm run gen:api` writes the same shape from the server's own document into
 * `schema.d.ts`, and may replace this file without a change elsewhere.
 */
import type {
  Appointment, Attachment, Business, BusinessSettings, Conversation, Customer, CustomerRow, CustomerSession, DeviceSession,
  Membership, Message, MessageHit, Money, Provider, Service, SignInLinkSent, Slot, Team, User, UserSession, WeeklyHours,
} from './types';

interface Json<T> {
  content: { 'application/json': T };
}
type Answers<T> = { 200: Json<T>; default: { content: { 'application/problem+json': unknown } } };
/** A path parameter is owed exactly where the address has one. */
type PathOf<Path> = [Path] extends [never] ? { path?: never } : { path: Path };
interface Read<T, Query = never, Path = never> {
  parameters: { query?: Query; header?: Record<string, string>; cookie?: never } & PathOf<Path>;
  requestBody?: never;
  responses: Answers<T>;
}
interface Write<T, Body, Path = never, Query = never> {
  parameters: { query?: Query; header?: Record<string, string>; cookie?: never } & PathOf<Path>;
  requestBody?: Json<Body>;
  responses: Answers<T>;
}
type Data<T> = { success: true; data: T };
type Done = { success: true };
type ById = { id: string };

export interface RegisterBody {
  email: string;
  password: string;
  name?: string;
  businessName?: string;
  timezone?: string;
  currency?: string;
  country?: string;
  phone?: string;
}

export interface ServiceBody {
  name: string;
  duration: number;
  price: Money;
  description?: string | null;
  category?: string | null;
  active?: boolean;
  providerIds?: string[];
}

export interface AppointmentBody {
  customerId?: string;
  customerName?: string;
  customerEmail?: string;
  customerPhone?: string;
  serviceId?: string;
  time: string;
  staffId?: string;
  notes?: string;
}

export interface PublicAppointmentBody {
  inviteCode: string;
  customerName: string;
  customerEmail: string;
  customerPhone?: string;
  service: string;
  time: string;
  staff?: string;
  notes?: string;
}

export interface PublicAppointmentAnswer {
  success: true;
  message: string;
  appointment: Appointment;
  manageUrl: string;
  session?: CustomerSession;
}

export interface AvailabilityAnswer {
  success: true;
  slots: Slot[];
  timezone: string;
  nextFree: string | null;
}

export interface SendBody {
  conversationId?: string;
  appointmentId?: string;
  content: string;
  attachments?: string[];
  replyTo?: string;
  clientMessageId?: string;
}

export interface ConversationPatch {
  status?: Conversation['status'];
  priority?: Conversation['priority'];
  tags?: string[];
  assignedTo?: string | null;
}

export interface AppointmentFilter {
  from?: string;
  to?: string;
  status?: string;
  staffId?: string;
  customerId?: string;
  page?: number;
  limit?: number;
}

export interface ConversationFilter {
  status?: string;
  tag?: string;
  priority?: string;
  assigned?: string;
  q?: string;
  page?: number;
  limit?: number;
}

export interface MessageRange {
  after_seq?: number;
  before_seq?: number;
  limit?: number;
  markRead?: boolean;
}

type Move = { put: Write<Data<Appointment>, { reason?: string }, ById> };

export interface paths {
  '/api/auth/register': { post: Write<Data<UserSession>, RegisterBody> };
  '/api/auth/login': { post: Write<Data<UserSession>, { email: string; password: string }> };
  '/api/auth/refresh': { post: Write<Data<UserSession>, Record<string, never>> };
  '/api/auth/logout': { post: Write<Done, Record<string, never>> };
  '/api/auth/logout-all': { post: Write<Done, Record<string, never>> };
  '/api/auth/switch': { post: Write<Data<UserSession>, { tenantId: string }> };
  '/api/auth/me': { get: Read<Data<{ user: User; team: Team; memberships: Membership[] }>> };
  '/api/auth/sessions': { get: Read<Data<{ sessions: DeviceSession[] }>> };
  '/api/auth/sessions/{id}': { delete: Write<Done, never, ById> };

  '/api/customers/auth/register': {
    post: Write<Data<CustomerSession>, { inviteCode: string; email: string; password: string; name: string; phone?: string }>;
  };
  '/api/customers/auth/login': { post: Write<Data<CustomerSession>, { inviteCode: string; email: string; password: string }> };
  '/api/customers/auth/guest': {
    post: Write<Data<CustomerSession | SignInLinkSent>, { inviteCode: string; name: string; email?: string; phone?: string }>;
  };
  '/api/customers/auth/link': { post: Write<Data<SignInLinkSent>, { inviteCode: string; email: string }> };
  '/api/customers/auth/link/verify': { post: Write<Data<CustomerSession>, { token: string }> };
  '/api/customers/auth/refresh': { post: Write<Data<CustomerSession>, { refreshToken?: string }> };
  '/api/customers/auth/logout': { post: Write<Done, Record<string, never>> };
  '/api/customers/auth/logout-all': { post: Write<Done, Record<string, never>> };
  '/api/customers/auth/me': {
    get: Read<Data<{ customer: Customer; business: Business }>>;
    patch: Write<Data<{ customer: Customer }>, { name?: string; phone?: string }>;
  };
  '/api/customers/auth/sessions': { get: Read<Data<{ sessions: DeviceSession[] }>> };
  '/api/customers/auth/sessions/{id}': { delete: Write<Done, never, ById> };

  '/api/settings/business': {
    get: Read<Data<BusinessSettings>>;
    patch: Write<Data<BusinessSettings>, Partial<Omit<BusinessSettings, 'inviteCode'>>>;
  };
  '/api/services': { get: Read<Data<Service[]>, { page?: number; limit?: number }>; post: Write<Data<Service>, ServiceBody> };
  '/api/services/{id}': {
    get: Read<Data<Service>, never, ById>;
    patch: Write<Data<Service>, Partial<ServiceBody>, ById>;
    delete: Write<Done, never, ById>;
  };
  '/api/providers': { get: Read<Data<Provider[]>> };
  '/api/providers/{id}': { patch: Write<Data<Provider>, { bookable?: boolean; color?: string }, ById> };
  '/api/providers/{id}/hours': { put: Write<Data<Provider>, { weekly: WeeklyHours[] }, ById> };
  '/api/appointments': { get: Read<Data<Appointment[]>, AppointmentFilter>; post: Write<Data<Appointment>, AppointmentBody> };
  '/api/appointments/{id}': { get: Read<Data<Appointment>, never, ById> };
  '/api/appointments/{id}/confirm': Move;
  '/api/appointments/{id}/reject': Move;
  '/api/appointments/{id}/start': Move;
  '/api/appointments/{id}/complete': Move;
  '/api/appointments/{id}/cancel': Move;
  '/api/appointments/{id}/no-show': Move;
  '/api/appointments/{id}/reschedule': { put: Write<Data<Appointment>, { time: string; staffId?: string }, ById> };

  '/api/public/store-owner/{inviteCode}': { get: Read<Data<Business>, never, { inviteCode: string }> };
  '/api/public/services': { get: Read<Data<Service[]>, { inviteCode: string }> };
  '/api/public/availability': { get: Read<AvailabilityAnswer, { inviteCode: string; service: string; date: string; staff?: string }> };
  '/api/public/availability/days': {
    get: Read<{ success: true; days: string[]; timezone: string }, { inviteCode: string; service: string; month: string; staff?: string }>;
  };
  '/api/public/appointments': { post: Write<PublicAppointmentAnswer, PublicAppointmentBody> };
  '/api/public/appointments/manage': { get: Read<{ success: true; appointment: Appointment; business: Business }, { token: string }> };
  '/api/public/appointments/manage/cancel': {
    post: Write<{ success: true; appointment: Appointment }, { token: string; reason?: string }>;
  };

  '/api/messages/conversations': {
    get: Read<{ success: true; conversations: Conversation[] }, ConversationFilter>;
    post: Write<{ success: true; conversation: Conversation; isNew: boolean }, { customerId?: string }>;
  };
  '/api/messages/conversations/{id}': {
    get: Read<{ success: true; conversation: Conversation; messages: Message[]; hasMore: boolean }, MessageRange, ById>;
    patch: Write<{ success: true; conversation: Conversation }, ConversationPatch, ById>;
  };
  '/api/messages/customers': { get: Read<{ success: true; customers: CustomerRow[] }, { q?: string; page?: number; limit?: number }> };
  '/api/messages/send': { post: Write<{ success: true; message: Message; conversationId: string }, SendBody> };
  '/api/messages/{id}': {
    patch: Write<{ success: true; message: Message }, { content: string }, ById>;
    delete: Write<{ success: true; message: Message }, never, ById>;
  };
  '/api/messages/{id}/read': { post: Write<Done, Record<string, never>, ById> };
  '/api/messages/upload': { post: Write<{ success: true; attachment: Attachment }, never> };
  '/api/messages/search': { get: Read<{ success: true; results: MessageHit[] }, { q: string; limit?: number }> };
}
