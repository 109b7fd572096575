import { describe, expect, it } from 'vitest';
import { formatMoney, formatTotal, parseMoney, writeMoney } from './money';

describe('money', () => {
  it('is written as people say it', () => {
    expect(formatMoney({ amount: 150_000, currency: 'KES' })).toBe('KES\u00a01,500');
    expect(formatMoney({ amount: 150_050, currency: 'KES' })).toBe('KES\u00a01,500.50');
    expect(formatMoney({ amount: 1500, currency: 'JPY' })).toBe('JPY\u00a01,500');
  });

  it('is summed apart by currency', () => {
    expect(formatTotal([])).toBeNull();
    const prices = [{ amount: 150_000, currency: 'KES' }, { amount: 5000, currency: 'UGX' }, { amount: 50_000, currency: 'KES' }];
    expect(formatTotal(prices)).toBe('KES\u00a02,000 + UGX\u00a05,000');
  });

  it('is read exactly', () => {
    expect(parseMoney('1,500', 'KES')).toEqual({ amount: 150_000, currency: 'KES' });
    expect(parseMoney('0.29', 'USD')).toEqual({ amount: 29, currency: 'USD' });
    expect(parseMoney('10.5', 'USD')).toEqual({ amount: 1050, currency: 'USD' });
    expect(parseMoney('10.555', 'USD')).toBeNull();
    expect(parseMoney('1500', 'JPY')).toEqual({ amount: 1500, currency: 'JPY' });
    expect(parseMoney('-3', 'USD')).toBeNull();
    expect(parseMoney('', 'USD')).toBeNull();
  });

  it('goes through a field unchanged', () => {
    for (const amount of [0, 5, 29, 1050, 150_000]) {
      expect(parseMoney(writeMoney({ amount, currency: 'USD' }), 'USD')?.amount).toBe(amount);
    }
  });
});
