/** The shape of a day or a week before its appointments are there: columns, and cards where cards usually are. */
import { Skeleton } from '@mantine/core';
import classes from '../appointments.module.css';

/** Where cards stand in a column, in percent of its height; columns take turns. */
const CARDS: readonly (readonly (readonly [top: number, height: number])[])[] = [
  [[8, 14], [34, 22], [70, 12]],
  [[16, 26], [58, 14]],
  [[6, 12], [28, 12], [50, 30]],
];

export function CalendarSkeleton({ days }: { days: number }) {
  return (
    <div className={classes['calendar']} aria-hidden>
      <div className={classes['waiting']}>
        {Array.from({ length: days }, (_, day) => (
          <div key={day} className={classes['waitingDay']}>
            {days > 1 && <Skeleton height={14} width="56%" m="14px auto 0" />}
            <div className={classes['waitingCards']}>
              {CARDS[day % CARDS.length]!.map(([top, height]) => <Skeleton key={top} radius="sm" style={{ position: 'absolute', insetInline: 4, top: `${top}%`, height: `${height}%`, width: 'auto' }} />)}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
