/** Recipients are addresses, numbers, or ids of webhooks and people: here they get the names that the business knows. */
export interface Known {
  webhooks: readonly { id: string; url: string; description: string | null }[];
  people: readonly { id: string; name: string }[];
  /** Who looks. */
  ownId: string | null;
}

export type RecipientKind = 'address' | 'webhook' | 'user' | 'customer';

export interface NamedRecipient {
  kind: RecipientKind;
  /** Null where nothing but its kind is known. */
  name: string | null;
  /** Where it goes, as far as people can read it. */
  address: string;
}

export function nameRecipient(recipient: string, known: Known): NamedRecipient {
  if (recipient.startsWith('whk_')) {
    const webhook = known.webhooks.find((entry) => entry.id === recipient);
    const address = webhook ? shortUrl(webhook.url) : recipient;
    return { kind: 'webhook', name: webhook ? (webhook.description || hostOf(webhook.url)) : null, address };
  }
  if (recipient.startsWith('user_')) {
    return { kind: 'user', name: known.people.find((entry) => entry.id === recipient)?.name ?? null, address: recipient };
  }
  if (recipient.startsWith('cust_')) return { kind: 'customer', name: null, address: recipient };
  return { kind: 'address', name: recipient, address: recipient };
}

function shortUrl(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

function hostOf(url: string): string {
  return shortUrl(url).split('/')[0] ?? url;
}

/** "evt_7f3k…9q2": enough to tell one from another. */
export function shortId(id: string): string {
  return id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id;
}
