import { describe, expect, it } from 'vitest';
import { resendAll } from './resendAll';

describe('sending many again', () => {
  it('tries each once, a few at a time, and tells of those that were refused', async () => {
    const tried: string[] = [];
    let running = 0;
    let most = 0;
    const steps: number[] = [];
    const ids = Array.from({ length: 11 }, (_, index) => `dlv_${index}`);
    const result = await resendAll(
      ids,
      async (id) => {
        running += 1;
        most = Math.max(most, running);
        tried.push(id);
        await Promise.resolve();
        running -= 1;
        if (id === 'dlv_3') throw new Error('it was sent');
      },
      (done) => steps.push(done),
    );
    expect([...tried].sort()).toEqual([...ids].sort());
    expect(most).toBeLessThanOrEqual(4);
    expect(result.sent).toBe(10);
    expect(result.refused).toHaveLength(1);
    expect(steps.at(-1)).toBe(11);
  });

  it('of none does nothing', async () => {
    await expect(resendAll([], async () => undefined, () => undefined)).resolves.toEqual({ sent: 0, refused: [] });
  });
});
