/** One line as a sentence; pressing it shows what stands behind. */
import { UnstyledButton } from '@mantine/core';
import { IconKey, IconRobot, IconShieldCog } from '@tabler/icons-react';
import { memo } from 'react';
import { formatAgo, formatDayAndClock, PersonAvatar } from '~/ui';
import { useBusinessZone } from '../../queries';
import classes from '../audit.module.css';
import type { AuditEntry } from '../calls';
import { useSays } from '../useSays';

const MARKS = { key: IconKey, system: IconRobot, operator: IconShieldCog } as const;

export function ActorMark({ entry, name, size }: { entry: AuditEntry; name: string; size: number }) {
  const Mark = MARKS[entry.actor.kind as keyof typeof MARKS];
  return Mark ? <span className={classes['mark']} style={{ width: size, height: size }}><Mark size={Math.round(size * 0.55)} stroke={1.5} aria-hidden /></span> : <PersonAvatar name={name} size={size} />;
}

export const AuditRow = memo(function AuditRow({ entry, onOpen }: { entry: AuditEntry; onOpen: () => void }) {
  const zone = useBusinessZone();
  const says = useSays();
  return (
    <UnstyledButton className={classes['row'] ?? ''} data-row onClick={onOpen}>
      <ActorMark entry={entry} name={says.actor(entry)} size={28} />
      <span className={classes['words']}>
        <span className={classes['sentence']}>{says.sentence(entry)}</span>
        <span className={classes['meta']}><code>{entry.action}</code>{entry.ip ? ` · ${entry.ip}` : ''}</span>
      </span>
      <time className={classes['time']} dateTime={entry.at} title={formatDayAndClock(entry.at, zone)}>{formatAgo(entry.at, zone)}</time>
    </UnstyledButton>
  );
}, (one, other) => one.entry === other.entry);
