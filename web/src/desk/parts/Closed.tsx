/** What somebody finds where their role does not let them in: that it is closed to them, what it is for, and whom to ask. */
import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useUserProfile } from '~/api';
import { addCatalog } from '~/i18n';
import { setupEn } from '~/i18n/en/setup';
import { StateMessage } from '~/ui';
import { usePageTitle } from '~/ui/PageTitle';
import { useRights } from '../queries';

addCatalog('setup', setupEn);

export type ClosedPlace = keyof (typeof setupEn)['closed']['why'];

interface Props {
  needs: 'mayManage' | 'mayAdminister';
  place: ClosedPlace;
  /** Within a page that has its own heading. */
  isInside?: boolean;
}

export function Closed({ needs, place, isInside = false }: Props) {
  const { t } = useTranslation('setup');
  const { t: words } = useTranslation('desk');
  const { role } = useRights();
  const title = t(needs === 'mayAdminister' ? 'closed.adminTitle' : 'closed.title');
  usePageTitle(isInside ? null : title, useUserProfile()?.team.name ?? null);
  return (
    <StateMessage
      icon={<IconLock size={22} stroke={1.5} />}
      order={isInside ? 2 : 1}
      title={title}
      text={`${t(`closed.why.${place}`)} ${t('closed.you', { role: words(`role.${role}`).toLowerCase() })} ${t(needs === 'mayAdminister' ? 'closed.askAdmin' : 'closed.askManager')}`}
      action={<Button variant="default" renderRoot={(props) => <Link {...props} to="/dashboard" />}>{t('closed.back')}</Button>}
    />
  );
}
