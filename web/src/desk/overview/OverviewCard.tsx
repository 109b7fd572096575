/** One card of the overview: a figure, at most three rows, one link. */
import type { ReactNode } from 'react';
import classes from './overview.module.css';

interface CardProps {
  icon: ReactNode;
  tone: 'brand' | 'waiting' | 'good' | 'failed';
  title: string;
  figure: ReactNode;
  children: ReactNode;
  link: ReactNode;
}

export function OverviewCard({ icon, tone, title, figure, children, link }: CardProps) {
  return (
    <section className={classes['card']}>
      <header className={classes['cardHeader']}><span className={classes['cardIcon']} data-tone={tone} aria-hidden>{icon}</span><strong>{title}</strong><span className={classes['figure']}>{figure}</span></header>
      <div className={classes['cardBody']}>{children}</div>
      <footer className={classes['cardFooter']}>{link}</footer>
    </section>
  );
}
