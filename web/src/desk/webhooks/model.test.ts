import { describe, expect, it } from 'vitest';
import { choose, groupEvents, hostOf, stateOf } from './model';

const EVENTS = [
  { name: 'invoice.sent', title: 'Invoice sent', category: 'Invoices', description: '', builtIn: true },
  { name: 'user.clockedIn', title: 'Clocked in', category: 'Team', description: '', builtIn: true },
  { name: 'invoice.paid', title: 'Invoice paid', category: 'Invoices', description: '', builtIn: true },
];

describe('the state of a webhook', () => {
  it('tells one that we switched off from one that a person switched off', () => {
    const since = '2026-05-12T06:00:00Z';
    expect(stateOf({ enabled: true, disabledAt: null, failingSince: null })).toBe('on');
    expect(stateOf({ enabled: true, disabledAt: null, failingSince: since })).toBe('failing');
    expect(stateOf({ enabled: false, disabledAt: null, failingSince: since })).toBe('off');
    expect(stateOf({ enabled: false, disabledAt: since, failingSince: since })).toBe('disabled');
  });
});

describe('the choice of events', () => {
  it('is grouped and found by name, title and group', () => {
    expect(groupEvents(EVENTS, '').map(({ name, events }) => [name, events.length])).toEqual([['Invoices', 2], ['Team', 1]]);
    expect(groupEvents(EVENTS, 'CLOCKED').map(({ name }) => name)).toEqual(['Team']);
    expect(groupEvents(EVENTS, 'invoices').flatMap(({ events }) => events)).toHaveLength(2);
    expect(groupEvents(EVENTS, 'nothing')).toEqual([]);
  });

  it('takes and gives back a whole group without touching the rest', () => {
    const all = choose(['user.clockedIn', 'invoice.sent'], ['invoice.sent', 'invoice.paid'], true);
    expect(all.toSorted()).toEqual(['invoice.paid', 'invoice.sent', 'user.clockedIn']);
    expect(choose(all, ['invoice.sent', 'invoice.paid'], false)).toEqual(['user.clockedIn']);
  });

  it('is shown with the host it is for', () => {
    expect(hostOf('https://erp.example.com:8443/hooks?x=1')).toBe('erp.example.com:8443');
    expect(hostOf('nonsense')).toBe('nonsense');
  });
});
