/** Where the desk and the console say in passing that something was done. */
import { useMantineTheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Notifications, notifications, notificationsStore } from '@mantine/notifications';
import { useEffect } from 'react';
import classes from './Toasts.module.css';

const AWAY_MS = 4000;
/** A phone has little room, and what is said there in passing is short. */
const AWAY_MS_PHONE = 2500;

export function Toasts() {
  const theme = useMantineTheme();
  const isPhone = useMediaQuery(`(max-width: calc(${theme.breakpoints.sm} - 0.01em))`) === true;
  useEffect(() => {
    if (!isPhone) return undefined;
    // The next touch is about something else: what was done is said. What failed stays to be read, as does what may be undone.
    const leave = ({ target }: MouseEvent) => {
      if (target instanceof Element && target.closest(`.${classes['toasts'] ?? ''}`)) return;
      for (const { id, color, autoClose } of notificationsStore.getState().notifications) if (id && color !== 'red' && autoClose === undefined) notifications.hide(id);
    };
    document.addEventListener('click', leave, true);
    return () => document.removeEventListener('click', leave, true);
  }, [isPhone]);
  return <Notifications position="top-center" limit={3} autoClose={isPhone ? AWAY_MS_PHONE : AWAY_MS} containerWidth={400} classNames={{ root: classes['toasts'] ?? '', notification: classes['toast'] ?? '' }} />;
}
