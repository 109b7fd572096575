/** What an event is about, from its data: the number people know it by, its sum, and who is behind the addresses in it. Pure. */
import { formatMoney, parseMoney } from '~/ui';

export interface Person {
  name: string;
  /** As `placeOf` writes them. */
  places: readonly string[];
}

export interface Subject {
  /** "INV-0147" */
  words: string | null;
  /** "KES 2,500" */
  amount: string | null;
  people: readonly Person[];
}

type Data = Readonly<Record<string, unknown>>;

/** Where own types name what they are about; the first that is there counts. */
const SUBJECTS = [/_(number|code|reference)$/i, /^(number|code|reference|title|subject)$/i, /^(service|product|item)(_name|Name)?$/i, /^(invoice|order|quote|payment|ticket)(_id|Id)$/];
const AMOUNTS = ['total_amount', 'totalAmount', 'amount', 'total', 'price'];
const WORDS_CHARACTERS_MAX = 40;
/** The last digits of a phone number are the same however its country was written. */
const PHONE_DIGITS = 9;

export function readSubject(data: Data): Subject {
  return { words: findWords(data), amount: findAmount(data), people: findPeople(data) };
}

function findWords(data: Data): string | null {
  for (const pattern of SUBJECTS) {
    const value = Object.entries(data).find(([key, entry]) => pattern.test(key) && (typeof entry === 'string' || typeof entry === 'number') && String(entry).trim() !== '')?.[1];
    if (value === undefined) continue;
    const words = String(value).trim();
    return words.length > WORDS_CHARACTERS_MAX ? `${words.slice(0, WORDS_CHARACTERS_MAX)}…` : words;
  }
  return null;
}

function findAmount(data: Data): string | null {
  const { currency } = data;
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return null;
  for (const name of AMOUNTS) {
    const value = data[name];
    if (typeof value !== 'number' && typeof value !== 'string') continue;
    const money = parseMoney(String(value), currency);
    if (money) return formatMoney(money);
  }
  return null;
}

function findPeople(data: Data): Person[] {
  return Object.entries(data).flatMap(([key, name]) => {
    const prefix = /^(.+?)(_name|Name)$/.exec(key)?.[1];
    if (!prefix || typeof name !== 'string' || name.trim() === '') return [];
    const places = [`${prefix}_email`, `${prefix}_phone`, `${prefix}Email`, `${prefix}Phone`].map((address) => data[address]).filter((address) => typeof address === 'string').map(placeOf);
    return places.length > 0 ? [{ name: name.trim(), places }] : [];
  });
}

/** An address as it is compared: mail without regard to case, a number by its last digits. */
export function placeOf(recipient: string): string {
  if (recipient.includes('@')) return recipient.trim().toLowerCase();
  const digits = recipient.replace(/\D/g, '');
  return /^[+\d\s().-]+$/.test(recipient) && digits.length >= PHONE_DIGITS ? digits.slice(-PHONE_DIGITS) : recipient;
}

/** Who gets it there; null where the data names nobody. */
export function findPerson(subject: Subject, recipient: string): Person | null {
  const place = placeOf(recipient);
  return subject.people.find((person) => person.places.includes(place)) ?? null;
}
