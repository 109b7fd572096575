import { describe, expect, it } from 'vitest';
import type { Provider } from '~/api';
import { staffColor } from './staffColors';

const person = (id: string, color: string) => ({ id, color }) as Provider;

describe('colours of the staff', () => {
  it('are the own ones where each has another', () => {
    const providers = [person('a', '#0e9384'), person('b', '#7a5af8')];
    expect(staffColor(providers, 'b')).toBe('#7a5af8');
  });

  it('differ where two were given the same', () => {
    const providers = [person('a', '#7a5af8'), person('b', '#7A5AF8'), person('c', ''), person('d', '#3b5bdb')];
    const colors = providers.map(({ id }) => staffColor(providers, id).toLowerCase());
    expect(colors[0]).toBe('#7a5af8');
    expect(colors[3]).toBe('#3b5bdb');
    expect(new Set(colors).size).toBe(4);
  });

  it('come again when there are more people than colours', () => {
    const providers = Array.from({ length: 40 }, (_, nth) => person(String(nth), '#7a5af8'));
    expect(providers.every(({ id }) => /^#[0-9a-f]{6}$/.test(staffColor(providers, id)))).toBe(true);
  });
});
