import { describe, expect, test } from 'vitest';
import { layAxis, spaceTicks } from './axis';

const HOUR_MS = 60 * 60_000;

describe('the words of the axis', () => {
  const { ticks } = layAxis(8 * HOUR_MS);

  test('all stand where there is room', () => {
    expect(spaceTicks(ticks, 1000, 44)).toEqual(ticks);
  });

  test('on a short axis none touches the next, and the last one stays', () => {
    const kept = spaceTicks(ticks, 120, 44);
    expect(kept.length).toBeLessThan(ticks.length);
    expect(kept.at(-1)).toEqual(ticks.at(-1));
    kept.slice(1).forEach((tick, nth) => expect((tick.place - kept[nth]!.place) * 120).toBeGreaterThanOrEqual(44));
  });

  test('before it was measured only its end is told', () => {
    expect(spaceTicks(ticks, 0, 44)).toEqual(ticks.slice(-1));
  });
});
