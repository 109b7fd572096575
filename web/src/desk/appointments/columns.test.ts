import { describe, expect, it } from 'vitest';
import { placeInColumns, type Stretch } from './columns';

const at = (id: string, start: string, end: string): Stretch => ({ id, start: `2026-11-21 ${start}:00`, end: `2026-11-21 ${end}:00` });

describe('blocks that share time', () => {
  it('take the whole width when alone, also where one ends as the next begins', () => {
    const places = placeInColumns([at('a', '09:00', '10:00'), at('b', '10:00', '11:00')]);
    expect(places.get('a')).toEqual({ left: 0, width: 1 });
    expect(places.get('b')).toEqual({ left: 0, width: 1 });
  });

  it('share the columns of their whole chain, so that none lies over another', () => {
    // Three at 10:30; the one at 11:00 meets only the second of them.
    const chain = [at('wash', '10:00', '11:00'), at('make-up', '10:30', '12:00'), at('brows', '10:30', '11:00'), at('press', '11:00', '12:30')];
    const places = placeInColumns(chain);
    expect(places.get('make-up')?.left).toBeCloseTo(1 / 3);
    expect(places.get('press')).toEqual({ left: 0, width: 1 / 3 });
    expect(places.get('brows')?.left).toBeCloseTo(2 / 3);
  });

  it('never cover each other, whatever the day', () => {
    let seed = 7;
    const next = (below: number) => (seed = (seed * 16807) % 2147483647) % below;
    const clock = (quarter: number) => `${String(8 + Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`;
    for (let day = 0; day < 200; day += 1) {
      const stretches = Array.from({ length: 1 + next(14) }, (_, nth) => {
        const start = next(36);
        return at(String(nth), clock(start), clock(start + 1 + next(8)));
      });
      const places = placeInColumns(stretches);
      for (const a of stretches) {
        const own = places.get(a.id)!;
        expect(own.left + own.width).toBeLessThanOrEqual(1 + 1e-9);
        for (const b of stretches) {
          if (a === b || a.start >= b.end || b.start >= a.end) continue;
          const other = places.get(b.id)!;
          expect(own.left + own.width <= other.left + 1e-9 || other.left + other.width <= own.left + 1e-9).toBe(true);
        }
      }
    }
  });
});
