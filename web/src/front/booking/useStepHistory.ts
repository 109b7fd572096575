/**
 * The steps of a booking as entries of the browser's history, so that Back on a phone goes one step back and not out of
 * the booking. The draft says which step is open; an entry only remembers which step it was made for and what led to it.
 */
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useCallback, useEffect, useRef } from 'react';
import { BOOKING_STEPS, previousStep, type BookingStep } from './draft';

declare module '@tanstack/react-router' {
  interface HistoryState {
    bookingStep?: BookingStep;
    /** The steps of the entries before this one, oldest first. */
    bookingTrail?: BookingStep[];
  }
}

const FROM = '/s/$slug/book' as const;

interface StepHistory {
  /** One step back, by the browser's own history where that is what lies before. */
  back: () => void;
  /** Takes the entries away again: after the booking, Back leads out at once. */
  unwind: () => void;
}

/** `step` is null while it is not decided yet. */
export function useStepHistory(step: BookingStep | null, open: (step: BookingStep) => void, leave: () => void): StepHistory {
  const router = useRouter();
  const navigate = useNavigate({ from: FROM });
  const latest = useRef(open);
  latest.current = open;

  // Each step that opens gets an entry, the first one the entry that is there.
  useEffect(() => {
    const { bookingStep: known, bookingTrail: trail = [] } = router.history.location.state;
    if (step === null || known === step) return;
    const state = { bookingStep: step, bookingTrail: known ? [...trail, known] : trail };
    void navigate({ to: '.', search: (search) => search, state: (before) => ({ ...before, ...state }), replace: known === undefined, resetScroll: false });
  }, [step, router, navigate]);

  useEffect(
    () =>
      router.history.subscribe(({ location, action }) => {
        if (action.type === 'PUSH' || action.type === 'REPLACE') return;
        const { bookingStep } = location.state;
        if (bookingStep && BOOKING_STEPS.includes(bookingStep)) latest.current(bookingStep);
      }),
    [router],
  );

  const back = () => {
    const before = step && previousStep(step);
    if (!before) return leave();
    if (router.history.location.state.bookingTrail?.at(-1) === before) router.history.back();
    else open(before);
  };
  const unwind = useCallback(() => {
    const depth = router.history.location.state.bookingTrail?.length ?? 0;
    if (depth > 0) router.history.go(-depth);
  }, [router]);
  return { back, unwind };
}
