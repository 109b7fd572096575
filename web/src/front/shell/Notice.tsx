/** Something the reader should know here and now, in the house's tones, which are readable on both grounds. */
import { Alert } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Notice.module.css';

const ICONS = { good: IconCheck, waiting: IconInfoCircle, failed: IconAlertTriangle } as const;

interface NoticeProps {
  tone: keyof typeof ICONS;
  title?: string;
  children: ReactNode;
}

export function Notice({ tone, title, children }: NoticeProps) {
  const Icon = ICONS[tone];
  return (
    <Alert
      role={tone === 'good' ? 'status' : 'alert'}
      data-tone={tone}
      icon={<Icon size={20} aria-hidden />}
      title={title}
      classNames={{ root: classes.notice, title: classes.title, icon: classes.icon, message: classes.message }}
    >
      {children}
    </Alert>
  );
}
