import { describe, expect, it } from 'vitest';
import { foldLine, writeIcs } from './ics';

const entry = {
  uid: 'appt_1',
  start: '2027-05-14T07:00:00.000Z',
  end: '2027-05-14T10:00:00.000Z',
  stamp: new Date('2026-11-21T05:00:00.123Z'),
  summary: 'Braids, long; Demo Salon',
  description: 'Bring:\nnothing \\ really',
};

describe('the calendar file', () => {
  it('is a complete event with times in UTC and CRLF line ends', () => {
    const text = writeIcs(entry);
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
    expect(text.split('\r\n')).toContain('DTSTART:20270514T070000Z');
    expect(text.split('\r\n')).toContain('DTEND:20270514T100000Z');
    expect(text.split('\r\n')).toContain('DTSTAMP:20261121T050000Z');
    expect(text.replace(/\r\n/g, '')).not.toContain('\n');
  });

  it('escapes what the format gives a meaning', () => {
    const lines = writeIcs(entry).split('\r\n');
    expect(lines).toContain('SUMMARY:Braids\\, long\\; Demo Salon');
    expect(lines).toContain('DESCRIPTION:Bring:\\nnothing \\\\ really');
  });

  it('lets no line break into the link', () => {
    expect(writeIcs({ ...entry, url: 'https://desk.test/s\r\nATTENDEE:x' })).not.toContain('\r\nATTENDEE');
  });

  it('folds at 75 octets without cutting a letter in two', () => {
    const folded = foldLine(`SUMMARY:${'ñ'.repeat(100)}`);
    const encoder = new TextEncoder();
    for (const line of folded.split('\r\n')) expect(encoder.encode(line).length).toBeLessThanOrEqual(75);
    expect(folded.replace(/\r\n /g, '')).toBe(`SUMMARY:${'ñ'.repeat(100)}`);
  });
});
