import { describe, expect, it } from 'vitest';
import type { TemplateLine } from '~/api';
import { groupTypes, insertVariable, toSource } from './model';

const line = (type: string, channel: TemplateLine['channel'], custom = false): TemplateLine => ({ type, title: type.replace('.', ' '), category: type.split('.')[0]!, builtin: true, channel, language: 'en', custom, version: custom ? 1 : 0, updatedAt: null });

describe('a text', () => {
  it('is sent with the parts that its channel has', () => {
    const draft = { subject: 'Hello', text: 'Text', html: ' ' };
    expect(toSource(draft, 'email')).toEqual({ subject: 'Hello', text: 'Text' });
    expect(toSource({ ...draft, html: '<p>' }, 'email')).toEqual({ subject: 'Hello', text: 'Text', html: '<p>' });
    expect(toSource({ ...draft, html: '<p>' }, 'sms')).toEqual({ text: 'Text' });
    expect(toSource(draft, 'inapp')).toEqual({ subject: 'Hello', text: 'Text' });
  });

  it('takes a name in place of what is selected', () => {
    expect(insertVariable('Dear X,', 'client_name', 5, 6)).toEqual({ text: 'Dear {{ client_name }},', cursor: 22 });
  });
});

describe('the list of texts', () => {
  const lines = [line('invoice.sent', 'email', true), line('invoice.sent', 'sms'), line('call.started', 'email'), line('invoice.paid', 'email')];

  it('has one row for each type, by group', () => {
    expect(groupTypes(lines, {}).map(({ category, types }) => [category, types.map((row) => row.lines.length)])).toEqual([['invoice', [2, 1]], ['call', [1]]]);
  });

  it('is narrowed by word, channel and whose they are', () => {
    expect(groupTypes(lines, { q: 'PAID' }).flatMap(({ types }) => types.map(({ type }) => type))).toEqual(['invoice.paid']);
    expect(groupTypes(lines, { channel: 'sms' }).flatMap(({ types }) => types.map(({ type }) => type))).toEqual(['invoice.sent']);
    expect(groupTypes(lines, { own: true }).flatMap(({ types }) => types.flatMap((row) => row.lines))).toHaveLength(1);
  });
});
