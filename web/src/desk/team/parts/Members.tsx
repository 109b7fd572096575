/** The members, each row the way to their details; long teams are windowed. */
import { Badge, UnstyledButton } from '@mantine/core';
import { IconChevronRight, IconShieldCheck, IconShieldOff } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { PersonAvatar } from '~/ui';
import type { Member } from '../calls';
import classes from '../team.module.css';
import { useSeen } from '../useSeen';
import { RoleBadge } from './RoleBadge';

const ROW_PIXELS = 64;
const ROWS_AROUND = 8;
/** More rows than this scroll in a frame of their own. */
const WINDOWED_FROM = 60;
const FRAME_PIXELS = 640;

export function Members({ members }: { members: readonly Member[] }) {
  const { t } = useTranslation('team');
  if (members.length >= WINDOWED_FROM) return <Windowed members={members} />;
  return <ul className={classes['rows']} aria-label={t('team.members')}>{members.map((member) => <li key={member.userId}><Row member={member} /></li>)}</ul>;
}

function Windowed({ members }: { members: readonly Member[] }) {
  const { t } = useTranslation('team');
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: members.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PIXELS, getItemKey: (index) => members[index]?.userId ?? index, overscan: ROWS_AROUND });
  return (
    <div ref={scroller} className={classes['scroller']} style={{ height: FRAME_PIXELS }}>
      <div role="list" aria-label={t('team.members')} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const member = members[item.index];
          return member && <div key={item.key} role="listitem" data-index={item.index} ref={virtual.measureElement} className={classes['windowed']} style={{ transform: `translateY(${item.start}px)` }}><Row member={member} /></div>;
        })}
      </div>
    </div>
  );
}

function Row({ member }: { member: Member }) {
  const { t } = useTranslation('team');
  const navigate = useNavigate({ from: '/dashboard/team' });
  const seen = useSeen();
  const Shield = member.twoFactorEnabled ? IconShieldCheck : IconShieldOff;
  return (
    <UnstyledButton className={classes['row'] ?? ''} onClick={() => void navigate({ search: { member: member.userId } })}>
      <PersonAvatar name={member.name} size={36} />
      <span className={classes['who']}>
        <span className={classes['name']}><strong>{member.name}</strong>{member.isYou && <Badge color="gray" size="sm" radius="xs">{t('team.you')}</Badge>}{member.suspended && <Badge color="red" size="sm" radius="xs">{t('team.suspended')}</Badge>}</span>
        <span className={classes['meta']}>{member.email}</span>
      </span>
      <span className={classes['state']}>
        <span>{seen(member.lastSeenAt)}</span>
        {member.twoFactorEnabled !== undefined && <span data-tone={member.twoFactorEnabled ? 'good' : undefined}><Shield size={14} stroke={1.75} aria-hidden /> {t(member.twoFactorEnabled ? 'team.twoFactor' : 'team.noTwoFactor')}</span>}
      </span>
      <RoleBadge role={member.role} />
      <IconChevronRight size={16} stroke={1.5} aria-hidden className={classes['onward'] ?? ''} />
    </UnstyledButton>
  );
}
