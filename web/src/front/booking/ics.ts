/** Writes one booking as an iCalendar file (RFC 5545), for a customer without an account. */

export interface CalendarEntry {
  uid: string;
  start: string;
  end: string;
  /** When this file was made: the format wants it on every event. */
  stamp: Date;
  summary: string;
  description?: string;
  location?: string;
  url?: string;
}

/** RFC 5545 §3.1 counts octets, not characters, and the limit leaves out the line break. */
const LINE_OCTETS_MAX = 75;

export function writeIcs(entry: CalendarEntry): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Frontdesk//Booking//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${escapeText(entry.uid)}@frontdesk`,
    `DTSTAMP:${utcStamp(entry.stamp)}`,
    `DTSTART:${utcStamp(new Date(entry.start))}`,
    `DTEND:${utcStamp(new Date(entry.end))}`,
    `SUMMARY:${escapeText(entry.summary)}`,
  ];
  if (entry.description) lines.push(`DESCRIPTION:${escapeText(entry.description)}`);
  if (entry.location) lines.push(`LOCATION:${escapeText(entry.location)}`);
  if (entry.url) lines.push(`URL:${entry.url.replace(/[\r\n]/g, '')}`);
  lines.push('END:VEVENT', 'END:VCALENDAR');
  return lines.map(foldLine).join('\r\n') + '\r\n';
}

function utcStamp(moment: Date): string {
  return `${moment.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

export function escapeText(text: string): string {
  return text
    .replace(/\\/g, '\\\\')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/([,;])/g, '\\$1');
}

/** Breaks between characters only, so that a multi-byte letter is never cut in two. */
export function foldLine(line: string): string {
  const encoder = new TextEncoder();
  const pieces: string[] = [];
  let piece = '';
  let octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > LINE_OCTETS_MAX) {
      pieces.push(piece);
      piece = ' ';
      octets = 1;
    }
    piece += character;
    octets += size;
  }
  pieces.push(piece);
  return pieces.join('\r\n');
}
