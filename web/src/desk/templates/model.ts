/** What a text is made of, by channel; lists of texts; and putting a name where somebody writes. */
import type { ChannelKind, Template, TemplateLine } from '~/api';

export interface Source {
  subject?: string;
  text: string;
  html?: string;
}

export type Part = 'subject' | 'text' | 'html';
export type Draft = Record<Part, string>;

export const CHANNELS = ['email', 'whatsapp', 'sms', 'inapp'] as const satisfies readonly ChannelKind[];
export type TextChannel = (typeof CHANNELS)[number];

export function isTextChannel(channel: string): channel is TextChannel {
  return (CHANNELS as readonly string[]).includes(channel);
}

/** The parts that a channel has. */
export function partsOf(channel: TextChannel): readonly Part[] {
  if (channel === 'email') return ['subject', 'text', 'html'];
  return channel === 'inapp' ? ['subject', 'text'] : ['text'];
}

export function toDraft(template: Pick<Template, 'subject' | 'text' | 'html'>): Draft {
  return { subject: template.subject ?? '', text: template.text, html: template.html ?? '' };
}

/** As it is sent: parts that the channel has not are left out, and a mail without HTML is text only. */
export function toSource(draft: Draft, channel: TextChannel): Source {
  const parts = partsOf(channel);
  return {
    text: draft.text,
    ...(parts.includes('subject') ? { subject: draft.subject } : {}),
    ...(parts.includes('html') && draft.html.trim() ? { html: draft.html } : {}),
  };
}

export function isSame(a: Draft, b: Draft): boolean {
  return a.subject === b.subject && a.text === b.text && a.html === b.html;
}

/** `{{ name }}` over what is selected, with the place of the cursor after it. */
export function insertVariable(text: string, name: string, start: number, end: number): { text: string; cursor: number } {
  const written = `{{ ${name} }}`;
  return { text: text.slice(0, start) + written + text.slice(end), cursor: start + written.length };
}

export interface TypeRow {
  type: string;
  title: string;
  category: string;
  lines: TemplateLine[];
}

export interface Filter {
  q?: string | undefined;
  channel?: ChannelKind | undefined;
  own?: boolean | undefined;
}

/** One row for each type, grouped as the catalogue is. */
export function groupTypes(lines: readonly TemplateLine[], { q, channel, own }: Filter): { category: string; types: TypeRow[] }[] {
  const words = q?.trim().toLowerCase();
  const types = new Map<string, TypeRow>();
  for (const line of lines) {
    if ((channel && line.channel !== channel) || (own && !line.custom)) continue;
    if (words && ![line.type, line.title, line.category].some((text) => text.toLowerCase().includes(words))) continue;
    const row = types.get(line.type) ?? { type: line.type, title: line.title, category: line.category, lines: [] };
    row.lines.push(line);
    types.set(line.type, row);
  }
  const groups = new Map<string, TypeRow[]>();
  for (const row of types.values()) groups.set(row.category, [...(groups.get(row.category) ?? []), row]);
  return [...groups].map(([category, found]) => ({ category, types: found }));
}
