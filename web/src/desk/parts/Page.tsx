/** The frame of a desk page that is not full-bleed: title, a line about it, its main action, and the content. */
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { DeskTitle } from './DeskTitle';
import classes from './Page.module.css';

export function Page({ title, text, action, children, width = 'narrow' }: { title: string; text?: string; action?: ReactNode; children: ReactNode; width?: 'narrow' | 'wide' }) {
  return (
    <div className={classes['page']} data-width={width}>
      <header className={classes['header']}>
        <div>
          <DeskTitle>{title}</DeskTitle>
          {text && <Text size="sm" c="dimmed">{text}</Text>}
        </div>
        {action}
      </header>
      {children}
    </div>
  );
}

export function Card({ children, className }: { children: ReactNode; className?: string | undefined }) {
  return <section className={`${classes['card']} ${className ?? ''}`}>{children}</section>;
}
