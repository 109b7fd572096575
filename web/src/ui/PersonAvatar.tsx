/** A person's initials on a colour of their own, with a dot when they are online. */
import { Avatar, Indicator } from '@mantine/core';

const COLORS = ['indigo', 'violet', 'teal', 'orange', 'pink', 'cyan', 'grape', 'lime'] as const;

/** The same name always gets the same colour. */
export function personColor(name: string): (typeof COLORS)[number] {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return COLORS[sum % COLORS.length] ?? 'indigo';
}

export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? '?') + (words.length > 1 ? (words.at(-1)?.[0] ?? '') : '')).toUpperCase();
}

interface Props {
  name: string;
  size?: number;
  src?: string | null | undefined;
  isOnline?: boolean | undefined;
  color?: string;
}

export function PersonAvatar({ name, size = 36, src, isOnline, color }: Props) {
  const avatar = (
    <Avatar src={src ?? null} size={size} radius={size} color={color ?? personColor(name)} variant="light" alt="" styles={{ placeholder: { fontSize: Math.round(size * 0.36), fontWeight: 600 } }}>
      {initialsOf(name)}
    </Avatar>
  );
  if (isOnline === undefined) return avatar;
  return (
    <Indicator disabled={!isOnline} color="var(--fd-good-mark)" position="bottom-end" size={Math.max(10, size * 0.28)} offset={size * 0.12} withBorder>
      {avatar}
    </Indicator>
  );
}
