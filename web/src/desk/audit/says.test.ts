import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { teamEn } from '~/i18n/en/team';
import type { AuditEntry } from './calls';
import { changedFields, decideSentence, nameActor, SENTENCES } from './says';

const names = { somebody: 'Somebody', system: 'Frontdesk', role: (role: string) => role, field: (name: string) => name };
const line = (action: string, rest: Partial<AuditEntry> = {}): AuditEntry => ({ id: 'a', at: '2027-05-12T06:41:00Z', actor: { id: 'user_1', name: 'Amina', kind: 'user' }, action, object: { id: 'user_2', kind: 'user', label: 'Otieno' }, details: null, ip: null, ...rest });

const HOUSE = join(process.cwd(), '..', 'crates');
/** Dotted names where actions are written, and none: a field of a request, a job, an event. */
const OTHER_NAMES = ['digest.at', 'smtp.host', 'operator.end_look', 'webhook.test'];

/** The actions that the house writes down: the dotted names in the files that act or write lines. */
function findActions(): string[] {
  const files = readdirSync(HOUSE, { recursive: true, encoding: 'utf8' }).filter((path) => /^[^/]+\/src\/.*\.rs$/.test(path) && !/(\/tests\/|_?tests\.rs$)/.test(path));
  const names = files.flatMap((path) => {
    const source = readFileSync(join(HOUSE, path), 'utf8').split('#[cfg(test)]')[0] ?? '';
    if (!/\/actions[/.]/.test(path) && !source.includes('AuditEntry')) return [];
    const lines = source.split('\n').filter((line) => !/^\s*\/\/|Topic::new/.test(line));
    return lines.flatMap((line) => [...line.matchAll(/"([a-z_]+\.[a-z_]+)"/g)].map((found) => found[1] ?? ''));
  });
  return [...new Set(names)].filter((name) => !OTHER_NAMES.includes(name)).sort();
}

describe('what the house writes down', () => {
  it('has a sentence for each action, and for no other', () => {
    expect(findActions()).toEqual(Object.keys(SENTENCES).sort());
  });

  it('is told without a hole in any sentence', () => {
    for (const action of Object.keys(SENTENCES)) {
      for (const object of [{ id: 'x', kind: 'other' }, { id: 'x', kind: 'other', label: 'Zuri' }]) {
        const { sentence, words } = decideSentence(line(action, { object }), names);
        for (const [, word] of teamEn.audit.says[sentence].matchAll(/{{(\w+)}}/g)) expect(words, `${action}: ${sentence}`).toHaveProperty(word ?? '');
      }
    }
  });

  it('names an address that answered a letter as who did it', () => {
    const left = line('mail.unsubscribed', { actor: { id: 'recipient', name: null, kind: 'system' }, object: { id: 'wanjiku@mail.example', kind: 'other', label: null } });
    expect(nameActor(left, names)).toBe('wanjiku@mail.example');
  });
});

describe('a line of the audit log', () => {
  it('says who changed whose role, from what to what', () => {
    const { sentence, words } = decideSentence(line('member.role_changed', { before: { role: 'staff' }, after: { role: 'manager' } }), names);
    expect(sentence).toBe('roleChanged');
    expect(words).toMatchObject({ who: 'Amina', whose: 'Otieno’s', from: 'staff', to: 'manager' });
  });

  it('names what was changed, and not what only counts changes', () => {
    expect(changedFields(line('business.updated', { before: { name: 'Amara', version: 1 }, after: { name: 'Zuri', version: 2 } }))).toEqual(['name']);
  });

  it('falls back to plainer words where something is not known', () => {
    expect(decideSentence(line('member.role_changed', { object: { id: null, kind: null } }), names).sentence).toBe('other');
    expect(decideSentence(line('rocket.launched'), names)).toMatchObject({ sentence: 'otherWith', words: { action: 'rocket launched', what: 'Otieno' } });
    expect(decideSentence(line('business.updated'), names).sentence).toBe('businessUpdatedPlain');
  });

  it('does not say that the house joined when it added somebody', () => {
    const added = line('member.added', { actor: { id: 'system', name: null, kind: 'system' }, details: { role: 'admin' } });
    expect(decideSentence(added, names)).toMatchObject({ sentence: 'memberAddedHere', words: { what: 'Otieno', role: 'admin' } });
    expect(decideSentence(line('member.added', { details: { role: 'admin' } }), names).sentence).toBe('memberAdded');
    const nameless = decideSentence({ ...added, object: { id: 'user_2', kind: 'user' } }, names);
    expect(nameless).toMatchObject({ sentence: 'memberAddedPlain', words: { role: 'admin' } });
  });

  it('has a sentence for what a person does to their own account', () => {
    for (const action of ['passkey.renamed', 'push.registered', 'push.removed', 'customer.came_as_guest', 'business.viewed', 'user.profile_changed']) {
      expect(decideSentence(line(action), names).sentence).not.toMatch(/^other/);
    }
  });

  it('names the number or address that asked for no more', () => {
    const asked = (action: string, id: string) => decideSentence(line(action, { actor: { id: 'recipient', name: null, kind: 'system' }, object: { id, kind: 'other', label: null } }), names);
    expect(asked('sms.stopped', '+254712345678')).toMatchObject({ sentence: 'smsStopped', words: { what: '+254712345678' } });
    expect(asked('sms.started', '+254712345678').sentence).toBe('smsStarted');
    expect(asked('mail.unsubscribed', 'a_b@example.com')).toMatchObject({ sentence: 'mailUnsubscribed', words: { what: 'a_b@example.com' } });
  });

  it('names only what is different', () => {
    expect(changedFields(line('business.updated', { before: { name: 'A', phone: null }, after: { name: 'B', phone: null } }))).toEqual(['name']);
    expect(changedFields(line('business.updated', { details: { changed: ['slug'] } }))).toEqual(['slug']);
  });
});
