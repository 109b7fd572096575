/** New mails come in on top: a delivery by e-mail that went out means that one is there. Without a socket, by the clock. */
import { useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useDeliveryNews, useRereading } from '../events/live';
import { mergeHead } from '../events/model/feed';
import { mailsQuery, readMails, type MailSlice } from './queries';

const REREAD_MS = 400;

export function useLiveMailbox(q: string): () => void {
  const client = useQueryClient();
  const timer = useRef<number | null>(null);
  const reread = () => {
    void readMails(q, null)
      .then((head) =>
        client.setQueryData<InfiniteData<MailSlice, string | null>>(mailsQuery(q).queryKey, (known) => {
          if (!known) return known;
          const pages = mergeHead(known.pages, head).map((slice) => ({ ...slice, simulated: head.simulated, keptMax: head.keptMax, keptDays: head.keptDays }));
          return { pages, pageParams: pages.map((_, index) => known.pageParams[index] ?? null) };
        }),
      )
      // What is on the screen stays; the next notice or the button tries again.
      .catch((error: unknown) => console.warn('the mailbox could not be read again', error));
  };
  useDeliveryNews(({ channel, status }) => {
    if (channel !== 'email' || status !== 'sent') return;
    timer.current ??= window.setTimeout(() => {
      timer.current = null;
      reread();
    }, REREAD_MS);
  });
  useEffect(() => () => {
    if (timer.current !== null) window.clearTimeout(timer.current);
  }, []);
  useRereading(reread);
  return reread;
}
