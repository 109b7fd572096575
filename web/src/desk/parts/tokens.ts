/** The parts of a line of JSON that get a colour. Anything else comes out plain, whatever it is. */
export interface Token {
  kind: 'name' | 'text' | 'number' | 'word' | 'plain';
  text: string;
}

const PARTS = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.-])|\b(true|false|null)\b/g;

export function tokenize(line: string): Token[] {
  // Only what begins like JSON: prose, headers and other languages stay as they are.
  if (!/^\s*(?:["{}[\]]|(?:-?\d[\d.eE+-]*|true|false|null),?\s*$)/.test(line)) return [{ kind: 'plain', text: line }];
  const tokens: Token[] = [];
  let last = 0;
  for (const match of line.matchAll(PARTS)) {
    if (match.index > last) tokens.push({ kind: 'plain', text: line.slice(last, match.index) });
    const [whole, quoted, colon, number] = match;
    if (quoted !== undefined) {
      tokens.push({ kind: colon === undefined ? 'text' : 'name', text: quoted });
      if (colon !== undefined) tokens.push({ kind: 'plain', text: colon });
    } else {
      tokens.push({ kind: number === undefined ? 'word' : 'number', text: whole });
    }
    last = match.index + whole.length;
  }
  if (last < line.length) tokens.push({ kind: 'plain', text: line.slice(last) });
  return tokens;
}

/** JSON as people read it; what is none comes out as it is. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
