/** The frame of every screen of the settings area: where one could go, and what is open. */
import { Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconChevronLeft } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { DeskTitle } from '../../parts/DeskTitle';
import type { Place } from '../places';
import classes from './frame.module.css';
import { SettingsNav } from './SettingsNav';

interface Props {
  place: Place['name'];
  title: string;
  text?: string;
  action?: ReactNode;
  children: ReactNode;
  /** The content takes the height that is there and scrolls within: a long list. */
  fills?: boolean;
}

export function useIsPhone(): boolean {
  return useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false }) ?? false;
}

export function SettingsFrame({ place, title, text, action, children, fills = false }: Props) {
  const { t } = useTranslation('team');
  const isPhone = useIsPhone();
  return (
    <div className={classes['area']} data-fills={fills || undefined}>
      {!isPhone && <SettingsNav current={place} />}
      <div className={classes['content']}>
        {isPhone && <Link to="/dashboard/settings" search={{}} className={classes['back']}><IconChevronLeft size={18} stroke={1.75} aria-hidden />{t('places.back')}</Link>}
        <header className={classes['header']}>
          <div>
            <DeskTitle>{title}</DeskTitle>
            {text && <Text size="sm" c="dimmed">{text}</Text>}
          </div>
          {action}
        </header>
        {children}
      </div>
    </div>
  );
}
