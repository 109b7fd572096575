import { describe, expect, it } from 'vitest';
import { parseNext } from './next';

const ORIGIN = 'https://desk.example';

describe('what may follow a sign-in', () => {
  it.each(['/dashboard', '/dashboard/messages', '/dashboard/appointments?view=day&date=2027-05-12', '/dashboard/settings?tab=hours#monday', '/invitation?token=abc'])('%s may follow', (next) => {
    expect(parseNext(next, ORIGIN)).toBe(next);
  });

  it.each(['//evil.example', '///evil.example', '/\\evil.example', '/\t/evil.example', 'https://evil.example', 'https:evil.example', 'javascript:alert(1)', 'evil', '', '//'])('%s leads to no other site', (next) => {
    expect(parseNext(next, ORIGIN)).toBeUndefined();
  });

  it.each(['/', '/nowhere', '/dashboards', '/invitations', '/dashboard/../nowhere', '/client/messages', '/api/auth/me', '/sign-in?next=/sign-in'])('%s is no page of the desk', (next) => {
    expect(parseNext(next, ORIGIN)).toBeUndefined();
  });

  it('is nothing when the address says something else than text', () => {
    expect(parseNext(7, ORIGIN)).toBeUndefined();
    expect(parseNext(undefined, ORIGIN)).toBeUndefined();
  });
});
