import { describe, expect, it } from 'vitest';
import { checkContact, dropPastSlot, EMPTY_DRAFT, parseDraft, reduceDraft, type BookingDraft } from './draft';

const slot = { start: '2027-05-14T07:00:00.000Z', end: '2027-05-14T10:00:00.000Z', staffId: 'user_1', staffName: 'Staff 1' };
const complete: BookingDraft = {
  ...EMPTY_DRAFT,
  step: 'review',
  serviceId: 'svc_1',
  month: '2027-05',
  day: '2027-05-14',
  slot,
  contact: { name: 'First Customer', email: 'first@customer.test', phone: '', notes: '' },
  submissionKey: 'key-1',
};

describe('the booking draft', () => {
  it('forgets the time when another service is chosen, for its length differs', () => {
    const draft = reduceDraft(complete, { type: 'serviceChosen', serviceId: 'svc_2' });
    expect(draft).toMatchObject({ serviceId: 'svc_2', slot: null, day: null, submissionKey: null });
    expect(draft.contact).toEqual(complete.contact);
  });

  it('keeps everything when the same service is tapped again', () => {
    expect(reduceDraft(complete, { type: 'serviceChosen', serviceId: 'svc_1' })).toBe(complete);
  });

  it.each([
    ['staffChosen', { type: 'staffChosen', staffId: 'user_2' }],
    ['slotChosen', { type: 'slotChosen', slot: { ...slot, start: '2027-05-14T08:00:00.000Z' }, day: '2027-05-14' }],
    ['contactEdited', { type: 'contactEdited', field: 'notes', value: 'Long hair' }],
    ['alternativeChosen', { type: 'alternativeChosen', slot, day: '2027-05-14' }],
    ['submissionRefused', { type: 'submissionRefused' }],
  ] as const)('%s makes the next submission a new one', (_name, action) => {
    expect(reduceDraft(complete, action).submissionKey).toBeNull();
  });

  it('keeps the key of a submission whose answer was lost', () => {
    const sent = reduceDraft({ ...complete, submissionKey: null }, { type: 'submissionStarted', key: 'key-2' });
    expect(parseDraft(JSON.stringify(sent)).submissionKey).toBe('key-2');
  });

  it('opens no step before the ones ahead of it are settled', () => {
    expect(reduceDraft(EMPTY_DRAFT, { type: 'stepOpened', step: 'review' }).step).toBe('service');
    expect(reduceDraft({ ...complete, slot: null }, { type: 'stepOpened', step: 'review' }).step).toBe('time');
    const nameless = { ...complete, contact: { ...complete.contact, name: ' ' } };
    expect(reduceDraft(nameless, { type: 'stepOpened', step: 'review' }).step).toBe('contact');
    expect(reduceDraft(complete, { type: 'stepOpened', step: 'service' }).step).toBe('service');
  });

  it('takes an alternative in one step, with its person only when one had been asked for', () => {
    const other = { ...slot, start: '2027-05-17T07:00:00.000Z', staffId: 'user_2' };
    const action = { type: 'alternativeChosen', slot: other, day: '2027-05-17' } as const;
    expect(reduceDraft(complete, action)).toMatchObject({ slot: other, day: '2027-05-17', staffId: null, step: 'review' });
    expect(reduceDraft({ ...complete, staffId: 'user_1' }, action).staffId).toBe('user_2');
  });

  it('gives up a time that is no longer listed, unless our own submission may hold it', () => {
    expect(reduceDraft({ ...complete, submissionKey: null }, { type: 'slotLost' }).slot).toBeNull();
    expect(reduceDraft(complete, { type: 'slotLost' })).toBe(complete);
  });

  it('starts the next booking with the same person and nothing else', () => {
    const next = reduceDraft(complete, { type: 'booked', contact: { ...complete.contact, notes: 'Long hair' } });
    expect(next).toEqual({ ...EMPTY_DRAFT, contact: complete.contact });
  });

  it('prefills only what is still empty', () => {
    const started = { ...EMPTY_DRAFT, contact: { ...EMPTY_DRAFT.contact, name: 'Typed' } };
    const draft = reduceDraft(started, { type: 'contactPrefilled', contact: { name: 'Known', email: 'known@customer.test' } });
    expect(draft.contact).toEqual({ name: 'Typed', email: 'known@customer.test', phone: '', notes: '' });
  });

  it('drops a remembered time that has passed and goes back to choosing one', () => {
    const later = dropPastSlot(complete, new Date('2027-05-14T07:00:01Z'));
    expect(later).toMatchObject({ slot: null, step: 'time', submissionKey: null });
    expect(dropPastSlot(complete, new Date('2027-05-14T06:59:59Z'))).toBe(complete);
  });
});

describe('a stored draft', () => {
  it('comes back as it was', () => {
    expect(parseDraft(JSON.stringify(complete))).toEqual(complete);
  });

  it.each(['', 'null', '[]', '{"contact":3}', '{'])('starts afresh from %j', (text) => {
    expect(parseDraft(text)).toEqual(EMPTY_DRAFT);
  });

  it('opens the first unsettled step when a slot cannot be read', () => {
    const broken = JSON.stringify({ ...complete, slot: { start: 'soon', end: 'later' } });
    expect(parseDraft(broken)).toMatchObject({ slot: null, step: 'time' });
  });
});

describe('contact details', () => {
  it('need a name and an e-mail, and nothing else', () => {
    expect(checkContact({ name: ' ', email: '', phone: '', notes: '' })).toEqual({ name: 'required', email: 'required' });
    expect(checkContact(complete.contact)).toEqual({});
  });

  it.each(['first', 'first@', 'first@customer', 'a b@customer.test', 'first@customer.t'])('refuse %j as an e-mail', (email) => {
    expect(checkContact({ ...complete.contact, email }).email).toBe('email');
  });

  it.each([
    ['+254 712 345 678', undefined],
    ['0712 345678', undefined],
    ['call me', 'phone'],
    ['12', 'phone'],
  ])('judge the phone %j as %j', (phone, fault) => {
    expect(checkContact({ ...complete.contact, phone }).phone).toBe(fault);
  });

  it('count characters, not code units', () => {
    expect(checkContact({ ...complete.contact, notes: '💬'.repeat(1000) }).notes).toBeUndefined();
    expect(checkContact({ ...complete.contact, notes: '💬'.repeat(1001) }).notes).toBe('tooLong');
  });
});
