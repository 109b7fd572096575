/** What the state of a webhook comes to, and the choice of events. */
import type { Webhook, WebhookEventKind } from '~/api';

/** Stands for all events, also those that are added later. */
export const EVERY = '*';

export type WebhookState = 'on' | 'off' | 'failing' | 'disabled';

export function stateOf(webhook: Pick<Webhook, 'enabled' | 'disabledAt' | 'failingSince'>): WebhookState {
  if (!webhook.enabled) return webhook.disabledAt ? 'disabled' : 'off';
  return webhook.failingSince ? 'failing' : 'on';
}

export interface EventGroup {
  name: string;
  events: WebhookEventKind[];
}

/** The events whose name, title or group holds the words, by group in the catalogue's order. */
export function groupEvents(events: readonly WebhookEventKind[], search: string): EventGroup[] {
  const words = search.trim().toLowerCase();
  const groups = new Map<string, WebhookEventKind[]>();
  for (const event of events) {
    if (words && ![event.name, event.title, event.category].some((text) => text.toLowerCase().includes(words))) continue;
    groups.set(event.category, [...(groups.get(event.category) ?? []), event]);
  }
  return [...groups].map(([name, found]) => ({ name, events: found }));
}

/** The choice after these were switched together. */
export function choose(chosen: readonly string[], names: readonly string[], isOn: boolean): string[] {
  const rest = chosen.filter((name) => !names.includes(name));
  return isOn ? [...rest, ...names] : rest;
}

/** "erp.example.com" out of an address; the address itself when it is none. */
export function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}
