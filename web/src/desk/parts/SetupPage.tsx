/** The frame of a page that sets up how events go out, and the door for those who may not. */
import { Button, Text, Title } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { addCatalog } from '~/i18n';
import { setupEn } from '~/i18n/en/setup';
import { StateMessage } from '~/ui';
import { useRights } from '../queries';
import classes from './SetupPage.module.css';
import { SpineNav } from './SpineNav';

addCatalog('setup', setupEn);

interface Props {
  title: string;
  text?: string;
  action?: ReactNode;
  children: ReactNode;
}

export function SetupPage({ title, text, action, children }: Props) {
  return (
    <div className={classes['page']}>
      <SpineNav />
      <header className={classes['header']}>
        <div className={classes['words']}>
          <Title order={1}>{title}</Title>
          {text && <Text size="sm" c="dimmed" className={classes['text'] ?? ''}>{text}</Text>}
        </div>
        {action}
      </header>
      {children}
    </div>
  );
}

/** A page with a head of its own. */
export function SetupFrame({ children }: { children: ReactNode }) {
  return <div className={classes['page']}><SpineNav />{children}</div>;
}

/** What lies behind is for those with the right; the server decides the same again. */
export function Door({ needs, children }: { needs: 'mayManage' | 'mayAdminister'; children: ReactNode }) {
  const { t } = useTranslation('setup');
  const rights = useRights();
  if (rights[needs]) return <>{children}</>;
  const isAdmin = needs === 'mayAdminister';
  return (
    <StateMessage
      icon={<IconLock size={22} stroke={1.5} />}
      title={t(isAdmin ? 'closed.adminTitle' : 'closed.title')}
      text={t(isAdmin ? 'closed.adminText' : 'closed.text')}
      action={<Button variant="default" renderRoot={(props) => <Link {...props} to="/dashboard" />}>{t('closed.back')}</Button>}
    />
  );
}
