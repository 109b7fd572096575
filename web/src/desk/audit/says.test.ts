import { describe, expect, it } from 'vitest';
import type { AuditEntry } from './calls';
import { changedFields, decideSentence } from './says';

const names = { somebody: 'Somebody', system: 'Frontdesk', role: (role: string) => role, field: (name: string) => name };
const line = (action: string, rest: Partial<AuditEntry> = {}): AuditEntry => ({ id: 'a', at: '2027-05-12T06:41:00Z', actor: { id: 'user_1', name: 'Amina', kind: 'user' }, action, object: { id: 'user_2', kind: 'user', label: 'Otieno' }, details: null, ip: null, ...rest });

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

  it('names only what is different', () => {
    expect(changedFields(line('business.updated', { before: { name: 'A', phone: null }, after: { name: 'B', phone: null } }))).toEqual(['name']);
    expect(changedFields(line('business.updated', { details: { changed: ['slug'] } }))).toEqual(['slug']);
  });
});
