/** Sends many deliveries again, a few at a time; one that is refused stops none of the others. */
const AT_ONCE = 4;

export interface Resent {
  sent: number;
  refused: unknown[];
}

export async function resendAll(ids: readonly string[], resend: (id: string) => Promise<void>, onStep: (done: number) => void): Promise<Resent> {
  const result: Resent = { sent: 0, refused: [] };
  const waiting = [...ids];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      await resend(id).then(
        () => (result.sent += 1),
        (error: unknown) => result.refused.push(error),
      );
      onStep(result.sent + result.refused.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, work));
  return result;
}
