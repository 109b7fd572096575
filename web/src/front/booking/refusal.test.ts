import { describe, expect, it } from 'vitest';
import { Problem } from '~/api';
import { parseRefusal } from './refusal';

const parts = { status: 422, code: 'VALIDATION_ERROR', detail: 'Some fields are wrong.', errors: [], requestId: 'req_1', body: {} };

describe('a refused booking', () => {
  it('offers the free times the server names, and only those that can be read', () => {
    const good = { start: '2027-05-14T07:30:00.000Z', end: '2027-05-14T10:30:00.000Z', staffId: 'user_1' };
    const refusal = parseRefusal(new Problem({ ...parts, status: 409, code: 'SLOT_TAKEN', body: { alternatives: [good, { start: 'soon', end: 'x' }, null] } }));
    expect(refusal).toEqual({ kind: 'taken', alternatives: [{ ...good, staffName: null }] });
    expect(parseRefusal(new Problem({ ...parts, status: 409, code: 'SLOT_TAKEN' }))).toEqual({ kind: 'taken', alternatives: [] });
  });

  it('puts each fault on its field and opens the step that has it', () => {
    const errors = [{ field: 'customerPhone', code: 'INVALID', message: 'No such number.' }];
    expect(parseRefusal(new Problem({ ...parts, errors }))).toMatchObject({ kind: 'fields', step: 'contact', fields: { phone: 'No such number.' } });
    const time = [{ field: 'time', code: 'PAST', message: 'This time has passed.' }];
    expect(parseRefusal(new Problem({ ...parts, errors: time }))).toMatchObject({ kind: 'fields', step: 'time', text: 'This time has passed.' });
  });

  it('does not claim a refusal when no answer or no decision arrived', () => {
    expect(parseRefusal(new Problem({ ...parts, status: 0, code: 'NO_ANSWER' })).kind).toBe('unanswered');
    expect(parseRefusal(new Problem({ ...parts, status: 503, code: 'UNAVAILABLE' })).kind).toBe('unanswered');
    expect(parseRefusal(new Problem({ ...parts, status: 409, code: 'IDEMPOTENCY_IN_PROGRESS' })).kind).toBe('unanswered');
  });

  it('repeats the words of any other refusal with its number', () => {
    expect(parseRefusal(new Problem({ ...parts, status: 429, code: 'RATE_LIMITED', detail: 'Wait a minute.' }))).toEqual({ kind: 'other', text: 'Wait a minute.', requestId: 'req_1' });
  });
});
