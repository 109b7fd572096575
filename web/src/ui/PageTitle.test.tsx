import { describe, expect, it } from 'vitest';
import { titleOf } from './PageTitle';

describe('the title of a page', () => {
  it('says what it is first, then where', () => {
    expect(titleOf('Team', 'Demo Salon')).toBe('Team · Demo Salon · Frontdesk');
    expect(titleOf('Sign in')).toBe('Sign in · Frontdesk');
    expect(titleOf(null, undefined, '')).toBe('Frontdesk');
  });
});
