import { describe, expect, it } from 'vitest';
import { checkGuest, checkNewAccount, checkPasswordSignIn } from './checks';

const empty = { name: '', email: '', phone: '', password: '' };

describe('a guest', () => {
  it('needs a name and one way to be reached', () => {
    expect(checkGuest(empty)).toEqual({ name: 'nameRequired', email: 'needEmailOrPhone' });
    expect(checkGuest({ ...empty, name: 'First', phone: '0712 345 678' })).toEqual({});
    expect(checkGuest({ ...empty, name: 'First', email: 'first@customer.test' })).toEqual({});
  });

  it('is told about a wrong address even with a good phone', () => {
    expect(checkGuest({ ...empty, name: 'First', email: 'first', phone: '0712345678' })).toEqual({ email: 'email' });
  });
});

describe('an account', () => {
  it('needs eight characters of password, whatever they are', () => {
    const values = { ...empty, name: 'First', email: 'first@customer.test' };
    expect(checkNewAccount({ ...values, password: '1234567' })).toEqual({ password: 'passwordShort' });
    expect(checkNewAccount({ ...values, password: '💬💬💬💬💬💬💬💬' })).toEqual({});
  });

  it('is opened with any password that was typed: an old one may be shorter', () => {
    expect(checkPasswordSignIn({ ...empty, email: 'first@customer.test', password: 'short' })).toEqual({});
    expect(checkPasswordSignIn(empty)).toEqual({ email: 'emailRequired', password: 'passwordRequired' });
  });
});
