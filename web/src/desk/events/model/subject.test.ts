import { describe, expect, it } from 'vitest';
import { findPerson, readSubject } from './subject';

const INVOICE = { invoice_number: 'INV-0147', client_name: 'Customer A', client_email: 'A@Example.com', client_phone: '0712 345 678', total_amount: 2500, currency: 'KES' };

describe('what an event is about', () => {
  it('is the number that people know it by, and its sum', () => {
    const { words, amount } = readSubject(INVOICE);
    expect(words).toBe('INV-0147');
    expect(amount?.replace(/\s/g, ' ')).toBe('KES 2,500');
  });

  it('is nothing where the data says nothing of the kind', () => {
    expect(readSubject({ count: 3, nested: { invoice_number: 'x' } })).toEqual({ words: null, amount: null, people: [] });
    expect(readSubject({ amount: 'a lot', currency: 'KES' }).amount).toBeNull();
    expect(readSubject({ amount: 5, currency: 'shillings' }).amount).toBeNull();
  });

  it('cuts what somebody wrote without end', () => {
    expect(readSubject({ title: 'x'.repeat(500) }).words).toHaveLength(41);
  });

  it('knows one person by mail and by number, however the number was written', () => {
    const subject = readSubject(INVOICE);
    expect(findPerson(subject, 'a@example.com')?.name).toBe('Customer A');
    expect(findPerson(subject, '+254712345678')?.name).toBe('Customer A');
    expect(findPerson(subject, '+254700000000')).toBeNull();
    expect(findPerson(subject, 'whk_01')).toBeNull();
  });
});
