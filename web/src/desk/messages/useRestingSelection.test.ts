import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { REST_MS, useRestingSelection } from './useRestingSelection';

describe('moving through the list by keys', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function start(openId: string | null = 'a') {
    const open = vi.fn();
    const rendered = renderHook(({ id }: { id: string | null }) => useRestingSelection(id, open), { initialProps: { id: openId } });
    return { open, ...rendered };
  }

  it('marks at once and opens the last one when the keys rest', () => {
    const { open, result, rerender } = start();
    for (const id of ['b', 'c', 'd']) {
      act(() => result.current.mark(id));
      expect(result.current.markedId).toBe(id);
      act(() => void vi.advanceTimersByTime(REST_MS - 1));
    }
    expect(open).not.toHaveBeenCalled();
    act(() => void vi.advanceTimersByTime(1));
    expect(open.mock.calls).toEqual([['d']]);
    rerender({ id: 'd' });
    expect(result.current.markedId).toBe('d');
  });

  it('goes where a finger points, whatever the keys were about to open', () => {
    const { open, result, rerender } = start();
    act(() => result.current.mark('b'));
    rerender({ id: 'z' });
    expect(result.current.markedId).toBe('z');
    act(() => void vi.advanceTimersByTime(REST_MS * 2));
    expect(open).not.toHaveBeenCalled();
  });

  it('opens without waiting when it is asked to, and not once more', () => {
    const { open, result } = start();
    act(() => result.current.settle());
    expect(open).not.toHaveBeenCalled();
    act(() => result.current.mark('b'));
    act(() => result.current.settle());
    act(() => void vi.advanceTimersByTime(REST_MS * 2));
    expect(open.mock.calls).toEqual([['b']]);
  });

  it('opens nothing after it has left the page', () => {
    const { open, result, unmount } = start();
    act(() => result.current.mark('b'));
    unmount();
    vi.advanceTimersByTime(REST_MS * 2);
    expect(open).not.toHaveBeenCalled();
  });
});
