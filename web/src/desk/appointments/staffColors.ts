/** Each person's colour on the calendar: as the server says, else one of the house's three by their place in the list. */
import type { Provider } from '~/api';

const FALLBACKS = ['#3b5bdb', '#0b7285', '#c2255c'] as const;
const HEX = /^#[0-9a-f]{6}$/i;

export function staffColor(providers: readonly Provider[] | undefined, staffId: string): string {
  const at = providers?.findIndex((provider) => provider.id === staffId) ?? -1;
  const own = providers?.[at]?.color;
  if (own && HEX.test(own)) return own;
  return FALLBACKS[Math.max(at, 0) % FALLBACKS.length] ?? FALLBACKS[0];
}
