import { useEffect, useState } from 'react';

const TICK_MS = 30_000;

/** The present, so that "in 8 min" counts down and what may be done from a time on is offered then. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(new Date()), TICK_MS);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}
