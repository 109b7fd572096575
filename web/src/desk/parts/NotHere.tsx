/** A page of something that is not there, or not any more: the whole screen, with a heading and a tab of its own. */
import type { ReactNode } from 'react';
import { useUserProfile } from '~/api';
import { StateMessage } from '~/ui';
import { usePageTitle } from '~/ui/PageTitle';

export function NotHere({ title, action }: { title: string; action: ReactNode }) {
  usePageTitle(title, useUserProfile()?.team.name ?? null);
  return <StateMessage order={1} title={title} action={action} />;
}
