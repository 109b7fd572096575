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
  /** Where the dot sits; at the top when something else has the bottom. */
  dot?: 'top-end' | 'bottom-end';
  color?: string;
}

/** The kit's tinted letters are too pale on some of its tints. */
function letterColor(color: string): string {
  return `light-dark(color-mix(in srgb, var(--mantine-color-${color}-9) 75%, black), var(--mantine-color-${color}-2))`;
}

/** A picture beside a name that is written out: screen readers pass over it. */
export function PersonAvatar({ name, size = 36, src, isOnline, dot = 'bottom-end', color = personColor(name) }: Props) {
  const avatar = (
    <Avatar src={src ?? null} size={size} radius={size} color={color} variant="light" alt="" aria-hidden styles={{ placeholder: { fontSize: Math.round(size * 0.36), fontWeight: 600, color: letterColor(color) } }}>
      {initialsOf(name)}
    </Avatar>
  );
  if (isOnline === undefined) return avatar;
  return (
    <Indicator disabled={!isOnline} color="var(--fd-good-mark)" position={dot} size={Math.max(10, size * 0.28)} offset={size * 0.12} withBorder>
      {avatar}
    </Indicator>
  );
}
