/** Words with their web addresses made into links. The text itself is never parsed as markup. */
import type { ReactNode } from 'react';

const ADDRESS = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

export function Linked({ text }: { text: string }) {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    parts.push(text.slice(end, match.index));
    parts.push(<a key={match.index} href={match[0]} target="_blank" rel="noreferrer noopener nofollow">{match[0]}</a>);
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return <>{parts}</>;
}
