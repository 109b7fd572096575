/**
 * A line of the log as a sentence: which sentence, and what is put into it. An action without a sentence of its own is
 * shown by its name, so that nothing that was written down stays unseen.
 */
import type { AuditEntry } from './calls';
import type { teamEn } from '~/i18n/en/team';

export type Sentence = keyof (typeof teamEn)['audit']['says'];

export const SENTENCES: Readonly<Record<string, Sentence>> = {
  'member.added': 'memberAdded', 'member.invited': 'memberInvited', 'invitation.resent': 'invitationResent', 'invitation.withdrawn': 'invitationWithdrawn', 'member.joined': 'invitationAccepted', 'member.role_changed': 'roleChanged', 'member.removed': 'memberRemoved', 'member.left': 'memberLeft', 'business.transferred': 'ownership', 'preferences.updated': 'preferencesUpdated',
  'business.registered': 'businessRegistered', 'business.updated': 'businessUpdated', 'business.logo_changed': 'logoSet', 'business.logo_removed': 'logoRemoved', 'business.suspended': 'suspended', 'business.resumed': 'resumed', 'impersonation.started': 'looked', 'impersonation.ended': 'lookedEnd', 'operator.appointed': 'appointed', 'user.suspended': 'memberSuspended', 'user.resumed': 'memberResumed', 'channels.updated': 'channelsUpdated', 'channels.tested': 'channelsTested', 'notifications.updated': 'notificationsUpdated',
  'api_key.created': 'keyCreated', 'api_key.revoked': 'keyRevoked', 'connection_token.issued': 'tokenIssued', 'service.created': 'serviceCreated', 'service.updated': 'serviceUpdated', 'service.archived': 'serviceArchived', 'provider.hours_set': 'hoursSet', 'provider.updated': 'providerUpdated',
  'appointment.created': 'appointmentCreated', 'appointment.confirmed': 'appointmentConfirmed', 'appointment.rejected': 'appointmentRejected', 'appointment.cancelled': 'appointmentCancelled', 'appointment.rescheduled': 'appointmentRescheduled', 'appointment.notes_corrected': 'appointmentNoted', 'appointment.completed': 'appointmentCompleted', 'appointment.started': 'appointmentStarted', 'appointment.no_show': 'appointmentNoShow', 'appointment.cancelled_by_link': 'appointmentByLink', 'appointment.rescheduled_by_link': 'appointmentMovedByLink',
  'conversation.changed': 'conversationChanged', 'conversation.opened': 'conversationOpened', 'conversation.viewed': 'conversationViewed', 'monitor.listed': 'monitorListed', 'message.edited': 'messageEdited', 'message.deleted': 'messageDeleted', 'customer.registered': 'customerRegistered', 'customer.profile_changed': 'customerChanged', 'customer.signed_in_by_link': 'customerLink',
  'webhook.added': 'webhookAdded', 'webhook.changed': 'webhookChanged', 'webhook.removed': 'webhookRemoved', 'webhook.tested': 'webhookTested', 'webhook.replayed': 'webhookReplayed', 'webhook.secret_rotated': 'webhookSecret', 'webhook.disabled': 'webhookDisabled', 'template.changed': 'templateChanged', 'template.reset': 'templateReset', 'template.tested': 'templateTested', 'event_type.added': 'typeAdded', 'event_type.changed': 'typeChanged', 'event_type.removed': 'typeRemoved', 'event.replayed': 'eventReplayed', 'event.cancelled': 'eventCancelled', 'delivery.retried': 'deliveryRetried', 'deliveries.replayed': 'deliveriesReplayed', 'mail.unsubscribed': 'mailUnsubscribed', 'sms.stopped': 'smsStopped', 'sms.started': 'smsStarted', 'master_key.rotated': 'masterKey', 'mailbox.viewed': 'mailboxViewed', 'whatsapp.pairing_started': 'whatsappPairing', 'whatsapp.logged_out': 'whatsappOut',
  'user.signed_in': 'signedIn', 'user.signed_in_by_passkey': 'signedInByPasskey', 'user.signed_in_by_provider': 'signedInByProvider', 'customer.signed_in': 'signedIn', 'customer.signed_in_by_passkey': 'signedInByPasskey', 'customer.signed_in_by_provider': 'signedInByProvider', 'session.ended': 'sessionEnded', 'session.all_ended': 'sessionsEnded', 'session.refresh_reused': 'sessionReused', 'user.switched_business': 'switched', 'account.password_changed': 'passwordChanged', 'account.password_reset': 'passwordReset', 'account.email_verified': 'emailVerified', 'account.email_change_asked': 'emailAsked', 'account.email_changed': 'emailChanged', 'account.email_restored': 'emailRestored', 'account.two_factor_prepared': 'twoPrepared', 'account.two_factor_enabled': 'twoOn', 'account.two_factor_disabled': 'twoOff', 'account.backup_codes_renewed': 'backupCodes', 'account.linked': 'accountLinked', 'passkey.added': 'passkeyAdded', 'passkey.renamed': 'passkeyRenamed', 'push.registered': 'pushRegistered', 'push.removed': 'pushRemoved', 'customer.came_as_guest': 'cameAsGuest', 'business.viewed': 'businessViewed', 'user.profile_changed': 'profileChanged', 'passkey.removed': 'passkeyRemoved',
};

/** What a sentence cannot do without; where it is missing, a plainer one is taken. */
const NEEDS: Readonly<Partial<Record<Sentence, readonly Word[]>>> = {
  mailUnsubscribed: ['what'], smsStopped: ['what'], smsStarted: ['what'], roleChanged: ['whose', 'from', 'to'], memberInvited: ['email', 'role'], memberAdded: ['role'], memberAddedHere: ['what', 'role'], memberAddedPlain: ['role'], invitationResent: ['email'], invitationWithdrawn: ['email'], memberRemoved: ['what'], ownership: ['what'], businessUpdated: ['fields'], suspended: ['reason'], memberSuspended: ['what'], memberResumed: ['what'], looked: ['reason'], channelsTested: ['what'], keyCreated: ['what'], keyRevoked: ['what'], serviceCreated: ['what'], serviceUpdated: ['what'], serviceArchived: ['what'], templateChanged: ['what'], templateReset: ['what'], templateTested: ['what'], typeAdded: ['what'], typeChanged: ['what'], typeRemoved: ['what'], webhookAdded: ['what'], webhookChanged: ['what'], webhookRemoved: ['what'], webhookTested: ['what'], webhookReplayed: ['what'], webhookSecret: ['what'], webhookDisabled: ['what'],
};

/** What may stand in a sentence. */
export type Word = 'who' | 'what' | 'whose' | 'from' | 'to' | 'role' | 'email' | 'reason' | 'fields' | 'action';

export interface Said {
  sentence: Sentence;
  /** Those that are known; a sentence is chosen by what it needs. */
  words: Partial<Record<Word, string>>;
}

interface Names {
  somebody: string;
  system: string;
  role: (role: string) => string;
  field: (name: string) => string;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Who answered a letter without having signed in: their address is all that is known of them. */
function addressOf({ actor, object }: AuditEntry): string | null {
  return actor.id === 'recipient' ? object.id : null;
}

export function nameActor(entry: AuditEntry, names: Pick<Names, 'somebody' | 'system'>): string {
  return entry.actor.name ?? addressOf(entry) ?? (entry.actor.kind === 'system' ? names.system : names.somebody);
}

/** "api key created" out of `api_key.created`. */
export function plainAction(action: string): string {
  return action.replace(/[._]/g, ' ');
}

/** What counts changes, and is none. */
const COUNTERS: readonly string[] = ['version', 'updatedAt'];

/** The names of what a change touched, from its two sides or its details. */
export function changedFields(entry: AuditEntry): string[] {
  const { before, after, details } = entry;
  if (before || after) {
    const all = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
    return [...all].filter((name) => !COUNTERS.includes(name) && JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]));
  }
  const listed = details?.['changed'] ?? details?.['fields'];
  return Array.isArray(listed) ? listed.filter((name): name is string => typeof name === 'string') : [];
}

/** Who was added by the house itself did not do it; the line is about them. */
function ownSentence({ action, actor, object }: AuditEntry): Sentence | undefined {
  const own = SENTENCES[action];
  if (own !== 'memberAdded' || actor.kind !== 'system') return own;
  return object.label ? 'memberAddedHere' : 'memberAddedPlain';
}

export function decideSentence(entry: AuditEntry, names: Names): Said {
  const { details, before, after, object } = entry;
  const find = (name: string) => text(after?.[name]) ?? text(details?.[name]) ?? text(before?.[name]);
  const from = text(before?.['role']) ?? text(details?.['from']);
  const to = text(after?.['role']) ?? text(details?.['to']);
  const label = text(object.label) ?? addressOf(entry) ?? find('name') ?? find('url') ?? find('type') ?? find('channel');
  const role = find('role');
  const known: Record<Word, string | null> = {
    who: nameActor(entry, names),
    what: label,
    whose: label && `${label}’s`,
    from: from && names.role(from),
    to: to && names.role(to),
    role: role && names.role(role),
    email: find('email') ?? label,
    reason: find('reason'),
    fields: changedFields(entry).map(names.field).join(', ') || null,
    action: plainAction(entry.action),
  };
  const words = Object.fromEntries(Object.entries(known).filter(([, word]) => word !== null)) as Said['words'];
  const own = ownSentence(entry);
  if (own && (NEEDS[own] ?? []).every((need) => words[need] !== undefined)) return { sentence: own, words };
  if (own === 'businessUpdated') return { sentence: 'businessUpdatedPlain', words };
  return { sentence: words.what ? 'otherWith' : 'other', words };
}
