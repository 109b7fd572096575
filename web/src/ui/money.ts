/**
 * Money as people say it: KES 1,500, not 1500.00, with a space that does not break the line between the two. Amounts are
 * integer minor units everywhere.
 */
export interface MoneyLike {
  amount: number;
  currency: string;
}

const formatters = new Map<string, Intl.NumberFormat>();

function findFormatter(currency: string, whole: boolean): Intl.NumberFormat {
  const key = `${currency}:${whole}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code', ...(whole ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {}) });
  formatters.set(key, made);
  return made;
}

/** How many decimals the currency has: 2 for KES, 0 for JPY. */
export function currencyDigits(currency: string): number {
  return findFormatter(currency, false).resolvedOptions().maximumFractionDigits ?? 2;
}

export function formatMoney(money: MoneyLike): string {
  const unit = 10 ** currencyDigits(money.currency);
  const whole = money.amount % unit === 0;
  // The division only feeds the formatter, which rounds to the currency's decimals again; sums stay in minor units.
  return findFormatter(money.currency, whole).format(money.amount / unit);
}

/** Sums kept apart by currency, in the order in which the currencies come: KES 12,000 + UGX 5,000. Null when there is nothing. */
export function formatTotal(all: MoneyLike[]): string | null {
  const totals = new Map<string, number>();
  for (const { amount, currency } of all) totals.set(currency, (totals.get(currency) ?? 0) + amount);
  return totals.size === 0 ? null : [...totals].map(([currency, amount]) => formatMoney({ amount, currency })).join(' + ');
}

/** What somebody typed into a price field, exactly, or null when it is not an amount of that currency. */
export function parseMoney(text: string, currency: string): MoneyLike | null {
  const digits = currencyDigits(currency);
  const match = /^(\d{1,12})(?:\.(\d*))?$/.exec(text.trim().replace(/,/g, ''));
  if (!match) return null;
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > digits) return null;
  return { amount: Number(`${match[1]}${fraction.padEnd(digits, '0')}`), currency };
}

/** The amount as a field shows it for editing: "1500" or "10.50". */
export function writeMoney(money: MoneyLike): string {
  const digits = currencyDigits(money.currency);
  const text = String(money.amount).padStart(digits + 1, '0');
  const fraction = text.slice(text.length - digits);
  const whole = digits === 0 ? text : text.slice(0, -digits);
  return digits === 0 || /^0*$/.test(fraction) ? whole : `${whole}.${fraction}`;
}
