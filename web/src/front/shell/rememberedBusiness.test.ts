import { beforeEach, describe, expect, it } from 'vitest';
import { recallBrand, recallBusiness, rememberBrand, rememberBusiness } from './rememberedBusiness';

beforeEach(() => localStorage.clear());

describe('what this browser remembers of a business', () => {
  it('is which one it saw last', () => {
    expect(recallBusiness()).toBeNull();
    rememberBusiness('salon-amara');
    expect(recallBusiness()).toBe('salon-amara');
  });

  it('is its colour, and of no other one', () => {
    rememberBrand('salon-amara', '#98356f');
    expect(recallBrand('salon-amara')).toBe('#98356f');
    expect(recallBrand('other')).toBeNull();
    expect(recallBrand(null)).toBeNull();
    rememberBrand('salon-amara', null);
    expect(recallBrand('salon-amara')).toBeNull();
  });
});
