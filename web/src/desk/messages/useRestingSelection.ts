/**
 * Moving through a list by keys: the mark moves with each press, what it stands on opens once the keys rest. Somebody who
 * runs down a hundred rows asks for one conversation, not for a hundred, and reads none of those they passed.
 */
import { useCallback, useEffect, useRef, useState } from 'react';

export const REST_MS = 150;

export interface RestingSelection {
  /** Where the mark stands: ahead of what is open while keys are being pressed. */
  markedId: string | null;
  /** Moves the mark; opens after a rest. */
  mark: (id: string) => void;
  /** Opens what is marked without waiting. */
  settle: () => void;
}

export function useRestingSelection(openId: string | null, open: (id: string) => void): RestingSelection {
  const [ahead, setAhead] = useState<string | null>(null);
  const timer = useRef<number | undefined>(undefined);
  const waiting = useRef<string | null>(null);
  const opener = useRef(open);
  useEffect(() => {
    opener.current = open;
  });

  const forget = useCallback(() => {
    window.clearTimeout(timer.current);
    waiting.current = null;
  }, []);
  const settle = useCallback(() => {
    const id = waiting.current;
    forget();
    if (id !== null) opener.current(id);
  }, [forget]);
  const mark = useCallback(
    (id: string) => {
      forget();
      waiting.current = id;
      setAhead(id);
      timer.current = window.setTimeout(settle, REST_MS);
    },
    [forget, settle],
  );

  // Whatever opened meanwhile, by this mark or by a finger on another row, is where one is now.
  useEffect(() => {
    forget();
    setAhead(null);
    return forget;
  }, [openId, forget]);

  return { markedId: ahead ?? openId, mark, settle };
}
