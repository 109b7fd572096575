/** Sends the booking once, however often the button is pressed or the answer gets lost. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type Dispatch } from 'react';
import { customerSession, newKey, toProblem, type Business } from '~/api';
import type { Booked } from './booked';
import type { BookingDraft, DraftAction } from './draft';
import { bookingBody, sendBooking } from './queries';
import { parseRefusal, type Refusal } from './refusal';

export interface Submission {
  send: (draft: BookingDraft) => void;
  isSending: boolean;
  refusal: Refusal | null;
  clearRefusal: () => void;
}

interface SubmissionSetup {
  business: Business;
  dispatch: Dispatch<DraftAction>;
  asCustomer: boolean;
  onBooked: (booked: Booked) => void;
}

export function useSubmission({ business, dispatch, asCustomer, onBooked }: SubmissionSetup): Submission {
  const queries = useQueryClient();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const mutation = useMutation({
    mutationFn: async (draft: BookingDraft) => {
      const body = bookingBody(business.inviteCode, draft);
      if (!body) throw new Error('The booking has no service or no time.');
      const key = draft.submissionKey ?? newKey();
      dispatch({ type: 'submissionStarted', key });
      return sendBooking(body, key, asCustomer);
    },
    onMutate: () => setRefusal(null),
    onSuccess: ({ appointment, manageUrl, session }, draft) => {
      // The answer also left the cookie that brings the sign-in back after a reload.
      if (session) customerSession.start(session);
      dispatch({ type: 'booked', contact: draft.contact });
      // Whoever is new is signed in by the answer; who is known and is not signed in gets a link by mail instead.
      onBooked({ appointment, manageUrl, email: draft.contact.email.trim(), isLinkMailed: !asCustomer && !session });
      void queries.invalidateQueries({ queryKey: ['front', 'appointments'] });
    },
    onError: (error) => {
      const why = parseRefusal(toProblem(error));
      setRefusal(why);
      if (why.kind !== 'unanswered') dispatch({ type: 'submissionRefused' });
      if (why.kind === 'fields') dispatch({ type: 'stepOpened', step: why.step });
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['front', 'freeTimes'] });
      void queries.invalidateQueries({ queryKey: ['front', 'freeDays'] });
    },
  });
  return {
    send: (draft) => mutation.mutate(draft),
    isSending: mutation.isPending,
    refusal,
    clearRefusal: () => setRefusal(null),
  };
}
