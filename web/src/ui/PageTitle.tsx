/** The heading of a page, which is also what its tab, its bookmark and a screen reader call it. */
import { Title, type TitleProps } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

const HOUSE = 'Frontdesk';

/** `Team · Salon · Frontdesk`: what the page is first, because tabs are narrow. */
export function titleOf(...parts: readonly (string | null | undefined)[]): string {
  return [...parts, HOUSE].filter(Boolean).join(' · ');
}

/** Names the page; what is still being read names nothing yet. */
export function usePageTitle(page: string | null | undefined, place?: string | null): void {
  useEffect(() => {
    if (page) document.title = titleOf(page, place);
  }, [page, place]);
}

interface Props extends TitleProps {
  children: ReactNode;
  /** Where the page is: a business, a console. */
  place?: string | null | undefined;
  /** What the page is called where the heading says something else. */
  named?: string | undefined;
}

export function PageTitle({ children, place, named, ...props }: Props) {
  usePageTitle(named ?? (typeof children === 'string' ? children : undefined), place ?? null);
  return <Title order={1} {...props}>{children}</Title>;
}
