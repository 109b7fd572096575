/** The frame of a page that sets up how events go out, and the door for those who may not. */
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { addCatalog } from '~/i18n';
import { setupEn } from '~/i18n/en/setup';
import { useRights } from '../queries';
import { Closed, type ClosedPlace } from './Closed';
import { DeskTitle } from './DeskTitle';
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
          <DeskTitle>{title}</DeskTitle>
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
export function Door({ needs, place, isInside = false, children }: { needs: 'mayManage' | 'mayAdminister'; place: ClosedPlace; isInside?: boolean; children: ReactNode }) {
  const rights = useRights();
  return rights[needs] ? <>{children}</> : <Closed needs={needs} place={place} isInside={isInside} />;
}
