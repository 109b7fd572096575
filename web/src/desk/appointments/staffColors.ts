/** Each person's colour on the calendar: as the server says, and another where somebody before them has the same. */
import type { Provider } from '~/api';

/** White initials are legible on each; near colours stand far apart, so that the first few people differ most. */
const PALETTE = ['#3b5bdb', '#0b7285', '#c2255c', '#a4530b', '#2b8a3e', '#7048e8', '#9c36b5', '#5c6b00', '#1864ab', '#ad1f1f', '#495057', '#087f5b'] as const;
const HEX = /^#[0-9a-f]{6}$/i;

const decided = new WeakMap<readonly Provider[], ReadonlyMap<string, string>>();

export function staffColor(providers: readonly Provider[] | undefined, staffId: string): string {
  if (!providers) return PALETTE[0];
  let colors = decided.get(providers);
  if (!colors) decided.set(providers, (colors = decideColors(providers)));
  return colors.get(staffId) ?? PALETTE[0];
}

/** Who comes first keeps the own colour; beyond the palette colours come again, and the initials tell. */
function decideColors(providers: readonly Provider[]): ReadonlyMap<string, string> {
  const colors = new Map<string, string>();
  const taken = new Set<string>();
  const give = (id: string, color: string) => {
    colors.set(id, color);
    taken.add(color.toLowerCase());
  };
  for (const { id, color } of providers) if (HEX.test(color) && !taken.has(color.toLowerCase())) give(id, color);
  let nth = 0;
  for (const { id } of providers) {
    if (colors.has(id)) continue;
    give(id, PALETTE.find((color) => !taken.has(color)) ?? PALETTE[nth % PALETTE.length] ?? PALETTE[0]);
    nth += 1;
  }
  return colors;
}
