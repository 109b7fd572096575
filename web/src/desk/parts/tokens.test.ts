import { describe, expect, it } from 'vitest';
import { prettyJson, tokenize } from './tokens';

describe('a line of JSON', () => {
  it('comes out whole, its names, texts, numbers and words told apart', () => {
    const line = '  "amount": 2500.5, "note": "a \\"b\\": 1", "paid": true';
    const tokens = tokenize(line);
    expect(tokens.map(({ text }) => text).join('')).toBe(line);
    expect(tokens.filter(({ kind }) => kind !== 'plain').map(({ kind, text }) => `${kind} ${text}`)).toEqual(['name "amount"', 'number 2500.5', 'name "note"', 'text "a \\"b\\": 1"', 'name "paid"', 'word true']);
  });

  it('and everything else stays plain', () => {
    for (const line of ['HTTP/1.1 503 Service Unavailable', "curl -X POST 'https://x' \\", '', '<p>1</p>', '2.6.0 kept']) expect(tokenize(line)).toEqual([{ kind: 'plain', text: line }]);
    expect(prettyJson('not json')).toBe('not json');
    expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}');
  });
});
