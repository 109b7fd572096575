import { describe, expect, it } from 'vitest';
import { contrast, decideBrand } from './brand';

const parse = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];

describe('a brand colour', () => {
  it.each(['#98356f', '#ffe600', '#00ff88', '#111111', '#ffffff', '#7fa8ff'])('%s stays readable on its fill and its tint', (colour) => {
    const { tokens } = decideBrand(colour);
    for (const set of [tokens.light, tokens.dark]) {
      expect(contrast(parse(set['--fd-brand-fill']!), [255, 255, 255])).toBeGreaterThanOrEqual(4.45);
      expect(contrast(parse(set['--fd-brand-text']!), parse(set['--fd-brand-tint']!))).toBeGreaterThanOrEqual(4.45);
    }
  });

  it('that is none gives the desk its own', () => {
    expect(decideBrand('red; background: url(x)').tokens.light['--fd-brand-fill']).toBe('#3b5bdb');
    expect(decideBrand(null).tokens.light['--fd-brand-fill']).toBe('#3b5bdb');
  });
});
