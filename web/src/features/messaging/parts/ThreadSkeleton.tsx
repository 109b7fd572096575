/** The shape of a transcript before it is there. */
import { Skeleton } from '@mantine/core';
import classes from './messaging.module.css';

const WIDTHS = [220, 160, 300, 120, 260, 200] as const;

export function ThreadSkeleton() {
  return (
    <div className={classes['skeleton']} aria-hidden>
      {WIDTHS.map((width, index) => (
        <Skeleton key={width} width={width} height={index % 2 === 0 ? 38 : 56} radius="lg" ml={index % 3 === 2 ? 'auto' : undefined} />
      ))}
    </div>
  );
}
