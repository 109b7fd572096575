/**
 * A tenant's one colour, made into the ten shades and the readable pairs that the theme needs. Whatever colour the
 * tenant picks, white text on the fill and brand text on the tint stay at 4.5:1 or better.
 */
export type Shades = [string, string, string, string, string, string, string, string, string, string];

export const DESK_BRAND = '#3b5bdb';
const CONTRAST_MIN = 4.5;
const HEX = /^#[0-9a-f]{6}$/i;

type Rgb = readonly [number, number, number];
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const DARK_SURFACE: Rgb = [21, 25, 32];

const DESK_SHADES: Shades = ['#edf2ff', '#dbe4ff', '#bac8ff', '#91a7ff', '#748ffc', '#5c7cfa', '#4c6ef5', '#4263eb', '#3b5bdb', '#364fc7'];

function parseHex(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function writeHex(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share, from[2] + (to[2] - from[2]) * share];
}

function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one: Rgb, other: Rgb): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Moves a colour toward another until it reads on the given ground. */
function moveUntilReadable(colour: Rgb, toward: Rgb, ground: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.04) {
    const candidate = mix(colour, toward, share);
    if (contrast(candidate, ground) >= CONTRAST_MIN) return candidate;
  }
  return toward;
}

export interface Brand {
  shades: Shades;
  tokens: { light: Record<string, string>; dark: Record<string, string> };
}

/** The brand of a tenant; anything that is not a `#rrggbb` colour gives the desk's own. */
export function decideBrand(colour: string | null | undefined): Brand {
  if (!colour || !HEX.test(colour) || colour.toLowerCase() === DESK_BRAND) return decideDeskBrand();
  const base = parseHex(colour);
  const fill = moveUntilReadable(base, BLACK, WHITE);
  const tint = mix(fill, WHITE, 0.93);
  const text = moveUntilReadable(mix(fill, BLACK, 0.14), BLACK, tint);
  const tintDark = mix(fill, DARK_SURFACE, 0.76);
  const textDark = moveUntilReadable(mix(fill, WHITE, 0.45), WHITE, tintDark);
  const steps = [0.93, 0.84, 0.68, 0.52, 0.38, 0.26, 0.14].map((share) => writeHex(mix(fill, WHITE, share)));
  const shades = [...steps, writeHex(fill), writeHex(fill), writeHex(text)] as Shades;
  return {
    shades,
    tokens: {
      light: brandTokens(writeHex(fill), writeHex(text), writeHex(tint)),
      dark: brandTokens(writeHex(fill), writeHex(textDark), writeHex(tintDark)),
    },
  };
}

function decideDeskBrand(): Brand {
  return {
    shades: DESK_SHADES,
    tokens: {
      light: brandTokens('#3b5bdb', '#364fc7', '#edf2ff'),
      dark: brandTokens('#4263eb', '#9db2ff', '#1d2440'),
    },
  };
}

function brandTokens(fill: string, text: string, tint: string): Record<string, string> {
  return { '--fd-brand-fill': fill, '--fd-brand-text': text, '--fd-brand-tint': tint };
}
