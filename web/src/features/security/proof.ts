/**
 * What outlives the session asks once more who sits there, when the sign-in is no longer recent. The refusal names what is
 * missing; it is asked for in a window, and the same call goes out again with it.
 */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { toProblem } from '~/api';
import type { FreshProof } from './types';

export type ProofName = 'password' | 'code';

/** What a refusal says is missing, or was wrong, of the proof. */
export function missingProofs(error: unknown): ProofName[] {
  return toProblem(error).errors.map(({ field }) => field).filter((field): field is ProofName => field === 'password' || field === 'code');
}

export function useProven<T>(act: (proof: FreshProof) => Promise<T>) {
  const [missing, setMissing] = useState<readonly ProofName[]>([]);
  const run = useMutation({
    mutationFn: act,
    onSuccess: () => setMissing([]),
    onError: (error) => setMissing((known) => [...new Set([...known, ...missingProofs(error)])]),
  });
  const isAsked = missing.length > 0;
  const close = () => (setMissing([]), run.reset());
  return {
    run,
    /** What its window needs, while it asks. */
    asked: isAsked ? { missing, error: run.error, isBusy: run.isPending, onSubmit: run.mutate, onClose: close } : null,
    /** A fault of the proof stands in its window. */
    fault: isAsked ? null : run.error,
  };
}
