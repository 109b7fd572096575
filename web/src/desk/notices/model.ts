/** The notice centre's pages, and what live news makes of them. */
import type { InfiniteData } from '@tanstack/react-query';
import type { Notice } from '~/api';
import type { NoticeCategory } from '~/features/preferences/categories';

export interface Page {
  rows: Notice[];
  next: string | null;
}

export type Pages = InfiniteData<Page, string | null>;

export interface NoticeFilter {
  unread?: boolean;
  category?: NoticeCategory;
}

/** Whether a line belongs into a list. */
export function fits(notice: Pick<Notice, 'read' | 'category'>, { unread, category }: NoticeFilter): boolean {
  return !(unread && notice.read) && (!category || notice.category.toLowerCase() === category);
}

/** A new line on top; one that is known already changes in place. */
export function placeNotice(pages: Pages, notice: Notice): Pages {
  const isKnown = pages.pages.some(({ rows }) => rows.some(({ id }) => id === notice.id));
  if (isKnown) return mapNotices(pages, (row) => (row.id === notice.id ? notice : row));
  const [first, ...rest] = pages.pages;
  return first ? { ...pages, pages: [{ ...first, rows: [notice, ...first.rows] }, ...rest] } : pages;
}

export function mapNotices(pages: Pages, change: (notice: Notice) => Notice | null): Pages {
  const map = ({ rows, next }: Page): Page => ({ rows: rows.map(change).filter((row): row is Notice => row !== null), next });
  return { ...pages, pages: pages.pages.map(map) };
}

/** What a line is about, where the desk has a place for it. */
export type Target = { kind: 'appointment' | 'conversation' | 'event'; id: string };

export function targetOf(notice: Pick<Notice, 'data' | 'eventId'>, mayManage: boolean): Target | null {
  const idIn = (name: string) => {
    const found = notice.data[name];
    const id = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)['id'] : notice.data[`${name}_id`] ?? notice.data[`${name}Id`];
    return typeof id === 'string' ? id : null;
  };
  const appointment = idIn('appointment');
  if (appointment?.startsWith('appt_')) return { kind: 'appointment', id: appointment };
  const conversation = idIn('conversation');
  if (conversation) return { kind: 'conversation', id: conversation };
  return mayManage ? { kind: 'event', id: notice.eventId } : null;
}
