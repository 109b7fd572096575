import { describe, expect, it } from 'vitest';
import { expiryOf } from './expiry';

describe('the end of a key', () => {
  const now = new Date('2027-05-12T21:30:00Z');

  it('is the end of its last day where the business is', () => {
    expect(expiryOf('date', '2027-06-01', 'Africa/Nairobi', now)).toBe('2027-06-01T21:00:00.000Z');
    // In Nairobi it is the 13th already.
    expect(expiryOf('days30', null, 'Africa/Nairobi', now)).toBe('2027-06-12T21:00:00.000Z');
  });

  it('is none where nobody wants one, and where no day was picked', () => {
    expect(expiryOf('never', '2027-06-01', 'UTC', now)).toBeNull();
    expect(expiryOf('date', null, 'UTC', now)).toBeNull();
  });
});
