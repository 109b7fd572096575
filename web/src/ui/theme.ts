/**
 * The one theme: type, space, radius and the brand colour, on Mantine's components.
 *
 * The desk keeps the house's blue; the front calls `useBrand(business.brandColor)` and the whole page follows.
 */
import { createTheme, type MantineThemeOverride } from '@mantine/core';
import { useLayoutEffect, useSyncExternalStore } from 'react';
import { i18next } from '~/i18n';
import { decideBrand } from './brand';

let brandColor: string | null = null;
const watchers = new Set<() => void>();

function setBrandColor(colour: string | null): void {
  if (colour === brandColor) return;
  brandColor = colour;
  for (const watcher of [...watchers]) watcher();
}

function subscribeToBrand(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function useBrandColor(): string | null {
  return useSyncExternalStore(subscribeToBrand, () => brandColor);
}

/** Paints the page in a tenant's colour while the component is on it. */
export function useBrand(colour: string | null | undefined): void {
  // Before the page is drawn, so that nobody sees it in another colour first.
  useLayoutEffect(() => {
    setBrandColor(colour ?? null);
    return () => setBrandColor(null);
  }, [colour]);
}

const FONT = "'Inter Variable', Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** The usual control is 32 px, a small one 28, and on phones both are easy to hit (base.css). */
function controlHeight(name: string, size: string | undefined): Record<string, string> {
  if (size === undefined || size === 'sm') return { [name]: 'var(--fd-control)' };
  return size === 'xs' ? { [name]: 'var(--fd-control-small)' } : {};
}

/** The house's tones by the colours that screens name: their text can be read on their tint, in light and in dark. */
const TONES: Record<string, string> = { red: 'failed', orange: 'waiting', yellow: 'waiting', green: 'good', teal: 'good', brand: 'brand', gray: 'gray' };

/** White on this red is 6.5:1, on a light and on a dark ground. */
const DANGER_FILL = '#b42323';
const DANGER_FILL_HOVER = '#9a1d1d';

interface ToneProps {
  color?: string;
  variant?: string;
}

function toneColors(name: 'alert' | 'badge', { color = 'brand', variant = 'light' }: ToneProps): Record<string, string> {
  const tone = TONES[color];
  if (!tone || variant !== 'light') return {};
  if (tone === 'gray') return { [`--${name}-bg`]: 'var(--fd-sunken)', [`--${name}-color`]: 'var(--fd-text-2)' };
  return { [`--${name}-bg`]: `var(--fd-${tone}-tint)`, [`--${name}-color`]: `var(--fd-${tone}-text)` };
}

/** A red button is danger: filled where it is done, tinted or plain where it is only begun. */
function dangerColors({ color, variant = 'filled' }: ToneProps): Record<string, string> {
  if (color !== 'red') return {};
  if (variant === 'filled') return { '--button-bg': DANGER_FILL, '--button-hover': DANGER_FILL_HOVER, '--button-color': '#fff' };
  if (variant === 'light') return { '--button-bg': 'var(--fd-failed-tint)', '--button-hover': 'var(--fd-failed-tint)', '--button-color': 'var(--fd-failed-text)' };
  return variant === 'subtle' ? { '--button-hover': 'var(--fd-failed-tint)', '--button-color': 'var(--fd-failed-text)' } : {};
}

export function createAppTheme(colour: string | null): MantineThemeOverride {
  const brand = decideBrand(colour);
  const close = { 'aria-label': i18next.t('close', { ns: 'ui' }), iconSize: 20 };
  const clearable = { defaultProps: { clearButtonProps: { 'aria-label': i18next.t('clear', { ns: 'ui' }), iconSize: 16 } } };
  return createTheme({
    primaryColor: 'brand',
    primaryShade: { light: 8, dark: 7 },
    colors: {
      brand: brand.shades,
      dark: ['#e9ecf1', '#b3bcc9', '#949eae', '#6b7584', '#3a4251', '#272d38', '#1b2029', '#151920', '#0e1116', '#0a0c10'],
    },
    black: '#151a22',
    fontFamily: FONT,
    headings: { fontFamily: FONT, fontWeight: '600', sizes: { h1: { fontSize: '1.25rem', lineHeight: '1.3' }, h2: { fontSize: '1rem', lineHeight: '1.5' }, h3: { fontSize: '0.875rem', lineHeight: '1.43' } } },
    fontWeights: { regular: '400', medium: '600', bold: '600' },
    fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
    lineHeights: { xs: '1.34', sm: '1.54', md: '1.43', lg: '1.5', xl: '1.3' },
    spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.25rem', xl: '1.5rem' },
    radius: { xs: '0.25rem', sm: '0.375rem', md: '0.5rem', lg: '0.75rem', xl: '0.875rem' },
    defaultRadius: 'md',
    cursorType: 'pointer',
    respectReducedMotion: true,
    other: { brandTokens: brand.tokens },
    // Plain objects, not `Button.extend`: naming a component here would put its code into every first view.
    components: {
      Button: { defaultProps: { size: 'sm', radius: 'md' }, vars: (_theme: unknown, props: ToneProps & { size?: string }) => ({ root: { ...controlHeight('--button-height', props.size), ...dangerColors(props) } }) },
      ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'lg' } },
      Alert: { vars: (_theme: unknown, props: ToneProps) => ({ root: toneColors('alert', props) }) },
      Badge: { defaultProps: { radius: 'xl', variant: 'light', tt: 'none' }, vars: (_theme: unknown, props: ToneProps) => ({ root: toneColors('badge', props) }) },
      Input: { defaultProps: { size: 'sm' }, vars: (_theme: unknown, props: { size?: string }) => ({ wrapper: controlHeight('--input-height', props.size) }) },
      Modal: { defaultProps: { centered: true, radius: 'lg', closeButtonProps: close }, styles: { title: { fontSize: '1rem', fontWeight: 600 } } },
      Drawer: { defaultProps: { closeButtonProps: close }, styles: { title: { fontSize: '1rem', fontWeight: 600 } } },
      Notification: { defaultProps: { closeButtonProps: close } },
      Paper: { defaultProps: { radius: 'lg' } },
      SegmentedControl: { defaultProps: { size: 'sm', radius: 'md' }, styles: { root: { backgroundColor: 'var(--fd-sunken)' } } },
      Select: clearable,
      MultiSelect: clearable,
      DatePickerInput: clearable,
      // From the field's own left edge: a list that is centred before its width is known sticks out of a phone's page for a
      // moment, the page grows, the list is placed anew, and nobody can hit what keeps moving.
      Combobox: { defaultProps: { position: 'bottom-start' } },
      Skeleton: { defaultProps: { radius: 'sm' } },
      Tooltip: { defaultProps: { openDelay: 400, withArrow: false } },
    },
  });
}
