/** One matter of the security page: what it is, how it stands, and what can be done. */
import { Text, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import classes from './security.module.css';

interface Props {
  title: string;
  text?: ReactNode;
  /** Beside the title: how it stands. */
  mark?: ReactNode;
  action?: ReactNode;
  children?: ReactNode;
}

export function SecurityCard({ title, text, mark, action, children }: Props) {
  const id = useId();
  return (
    <section className={classes['card']} aria-labelledby={id}>
      <div className={classes['head']}>
        <div className={classes['headWords']}>
          <Title order={2} id={id} style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>{title}{mark}</Title>
          {text && <Text size="sm" c="dimmed" mt={2}>{text}</Text>}
        </div>
        {action}
      </div>
      {children && <div className={classes['body']}>{children}</div>}
    </section>
  );
}
