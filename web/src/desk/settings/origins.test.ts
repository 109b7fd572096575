import { describe, expect, it } from 'vitest';
import { readOrigins } from './origins';

describe('the sites that may show the booking page', () => {
  it('are read one on a line, without paths, blanks and repetitions', () => {
    expect(readOrigins('https://www.salon.example/\n\n  https://www.salon.example/book?x=1 \nhttp://localhost:8080')).toEqual(['https://www.salon.example', 'http://localhost:8080']);
  });

  it('get https where somebody writes the name alone', () => {
    expect(readOrigins('www.salon.example')).toEqual(['https://www.salon.example']);
  });

  it('stay as written where they are no address, so that the server can name them', () => {
    expect(readOrigins('not a site')).toEqual(['not a site']);
    expect(readOrigins('')).toEqual([]);
  });
});
