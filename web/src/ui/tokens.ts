/**
 * The design tokens as CSS variables, light and dark. Style sheets and components use these names, never a raw colour.
 */
import type { CSSVariablesResolver } from '@mantine/core';

const LIGHT = {
  '--fd-canvas': '#f6f7f9',
  '--fd-surface': '#ffffff',
  '--fd-raised': '#ffffff',
  '--fd-sunken': '#f1f3f6',
  '--fd-line': '#e4e7ec',
  '--fd-line-strong': '#cfd5de',
  '--fd-text-1': '#151a22',
  '--fd-text-2': '#475467',
  '--fd-text-3': '#5f6b7c',
  '--fd-good-text': '#1b6e30',
  '--fd-good-tint': '#e8f7ec',
  '--fd-good-mark': '#2f9e44',
  '--fd-waiting-text': '#835300',
  '--fd-waiting-tint': '#fff3d6',
  '--fd-failed-text': '#b42323',
  '--fd-failed-tint': '#ffeded',
  '--fd-failed-fill': '#c92a2a',
  '--fd-waiting-mark': '#e08a00',
  '--fd-note-fill': '#fff8e1',
  '--fd-note-edge': '#f3dfa2',
  '--fd-pending-fill': '#667183',
  '--fd-hatch': '#eceff3',
  '--fd-shadow-card': '0 1px 2px rgba(16, 24, 40, 0.06)',
  '--fd-shadow-thread': '0 1px 3px rgba(16, 24, 40, 0.08), 0 4px 12px rgba(16, 24, 40, 0.06)',
};

const DARK: typeof LIGHT = {
  '--fd-canvas': '#0e1116',
  '--fd-surface': '#151920',
  '--fd-raised': '#1b2029',
  '--fd-sunken': '#1e242e',
  '--fd-line': '#272d38',
  '--fd-line-strong': '#3a4251',
  '--fd-text-1': '#e9ecf1',
  '--fd-text-2': '#b3bcc9',
  '--fd-text-3': '#949eae',
  '--fd-good-text': '#7bd890',
  '--fd-good-tint': '#13291b',
  '--fd-good-mark': '#40c057',
  '--fd-waiting-text': '#f5c05a',
  '--fd-waiting-tint': '#2e2410',
  '--fd-failed-text': '#ff9b9b',
  '--fd-failed-tint': '#351a1c',
  '--fd-failed-fill': '#d02f2f',
  '--fd-waiting-mark': '#f0a020',
  '--fd-note-fill': '#2a2413',
  '--fd-note-edge': '#4a3f1f',
  '--fd-pending-fill': '#566173',
  '--fd-hatch': '#1b2029',
  '--fd-shadow-card': 'none',
  '--fd-shadow-thread': '0 0 0 1px var(--fd-line)',
};

export const resolveTokens: CSSVariablesResolver = (theme) => {
  const brand = theme.other['brandTokens'] as { light: Record<string, string>; dark: Record<string, string> };
  return {
    variables: {},
    light: {
      ...LIGHT,
      ...brand.light,
      '--mantine-color-body': LIGHT['--fd-surface'],
      '--mantine-color-text': LIGHT['--fd-text-1'],
      '--mantine-color-dimmed': LIGHT['--fd-text-2'],
      '--mantine-color-placeholder': LIGHT['--fd-text-3'],
      '--mantine-color-default-border': LIGHT['--fd-line-strong'],
      '--mantine-color-default-hover': LIGHT['--fd-canvas'],
      '--mantine-color-error': LIGHT['--fd-failed-text'],
    },
    dark: {
      ...DARK,
      ...brand.dark,
      '--mantine-color-body': DARK['--fd-surface'],
      '--mantine-color-text': DARK['--fd-text-1'],
      '--mantine-color-dimmed': DARK['--fd-text-2'],
      '--mantine-color-placeholder': DARK['--fd-text-3'],
      '--mantine-color-default': DARK['--fd-surface'],
      '--mantine-color-default-border': DARK['--fd-line-strong'],
      '--mantine-color-default-hover': DARK['--fd-raised'],
      '--mantine-color-error': DARK['--fd-failed-text'],
    },
  };
};
