/**
 * The nouns of the API by the names the app knows them by. Their shapes are the server's own: `npm run gen:api` writes
 * them into `schema.d.ts` from the document that `frontdesk openapi` prints.
 */
import type { components, operations } from './schema';

type Schemas = components['schemas'];
/** Names of old clients that stand beside today's; nothing here reads them. */
type Today<Shape> = Omit<Shape, '_id'>;
type QueryOf<Operation extends keyof operations> = NonNullable<operations[Operation]['parameters']['query']>;

export type Money = Schemas['Money'];
export type User = Today<Schemas['UserView']>;
export type Team = Schemas['Team'];
export type Role = Schemas['Role'];
export type Membership = Schemas['MembershipView'];
export type Customer = Today<Schemas['CustomerView']>;
export type Business = Schemas['Business'];
export type BusinessSettings = Schemas['BusinessSettings'] & { requireTwoFactor: boolean; logoUrl: string | null };
/** One stretch of opening hours; day 1 is Monday, times are the business's own. */
export type WeeklyHours = Schemas['OpenRange'];
export type UserSession = Schemas['UserSignedIn'];
export type CustomerSession = Schemas['CustomerSignedIn'];
export type DeviceSession = Schemas['SessionView'];

export type Service = Schemas['Service'];
export type Provider = Schemas['Provider'];
export type Appointment = Schemas['Appointment'];
export type AppointmentStatus = Schemas['AppointmentStatus'];
export type Slot = Schemas['SlotView'];

/** As pushes tell of it: they go to many readers and carry no count of what one has not read. */
export type PushedConversation = Schemas['ConversationView'];
/** As one reader gets it. */
export type Conversation = PushedConversation & { unreadCount: number };
export type ConversationStatus = Schemas['ConversationStatus'];
export type Priority = Schemas['ConversationPriority'];
export type Message = Today<Schemas['MessageView']>;
export type MessageStatus = Schemas['MessageStatus'];
export type Attachment = Schemas['AttachmentView'];
export type CustomerRow = Today<Schemas['CustomerRow']>;
export type MessageHit = Schemas['Found'];

export type EventRow = Schemas['Event'];
export type EventDetail = Schemas['EventDetail'];
export type EventStatus = Schemas['EventStatus'];
export type EventKind = Omit<Schemas['EventType'], 'example' | 'schema'> & { example: Record<string, unknown>; schema: Record<string, unknown> };
export type EventFilter = QueryOf<'get_api_events'>;
export type Delivery = Schemas['Delivery'];
export type DeliveryDetail = Schemas['DeliveryDetail'];
export type DeliveryAttempt = Schemas['DeliveryAttempt'];
export type DeliveryStatus = Schemas['DeliveryStatus'];
export type DeliveryFilter = QueryOf<'get_api_deliveries'>;
export type ChannelKind = Schemas['ChannelKind'];
export type MailLine = Schemas['MailLine'];
export type Mail = Schemas['MailView'];

export type Webhook = Schemas['Webhook'];
export type WebhookWithSecret = Schemas['WebhookWithSecret'];
export type WebhookEventKind = Omit<Schemas['WebhookEvent'], 'example'>;
export type WebhookCall = Schemas['WebhookCall'];
export type WebhookLog = Schemas['WebhookLog'];
export type Channels = Schemas['ChannelsView'];
export type ChannelsChange = Schemas['ChangeChannels'];
export type ChannelProvider = Schemas['ProviderView'];
export type ChannelTest = Schemas['TestReport'];
export type TemplateLine = Schemas['TemplateLine'];
export type Template = Schemas['Template'];
export type TemplateVariable = Schemas['TemplateVariable'];
export type ApiKey = Schemas['ApiKeyView'];
export type ApiKeyScope = Schemas['Scope'];
export type Notice = Omit<Schemas['Notification'], 'data'> & { data: Record<string, unknown> };

export type RegisterBody = Schemas['RegisterBody'];
export type ServiceBody = Schemas['WriteService'];
export type AppointmentBody = Schemas['BookAtDesk'];
export type PublicAppointmentBody = Schemas['BookInPublic'];
export type PublicAppointmentAnswer = Schemas['Answer_BookedView'];
export type SettingsChange = Schemas['ChangeSettings'];
type ConversationChange = Schemas['ChangeBody'];
/** Names what it changes; only who has the conversation can be emptied. */
export type ConversationPatch = Pick<ConversationChange, 'assignedTo'> & { [Name in Exclude<keyof ConversationChange, 'assignedTo'>]?: NonNullable<ConversationChange[Name]> };
export type AppointmentFilter = QueryOf<'get_api_appointments'>;
