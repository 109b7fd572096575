/** A word of the house with a title, in the colours of a state: they can be read on their tint, in light and in dark. */
import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

type Tone = 'waiting' | 'good' | 'failed';

const styles = (tone: Tone) => ({
  root: { backgroundColor: `var(--fd-${tone}-tint)` },
  title: { color: `var(--fd-${tone}-text)` },
  icon: { color: `var(--fd-${tone}-text)` },
  message: { color: 'var(--fd-text-1)' },
});

export function Caution({ title, tone = 'waiting', children }: { title: string; tone?: Tone; children: ReactNode }) {
  return <Alert styles={styles(tone)} icon={tone === 'good' ? undefined : <IconAlertTriangle size={18} stroke={1.5} />} title={title}>{children}</Alert>;
}
