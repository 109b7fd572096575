/** The heading of a desk screen; its tab names the business too, for whoever has several open. */
import type { TitleProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { useUserProfile } from '~/api';
import { PageTitle } from '~/ui/PageTitle';

export function DeskTitle({ children, ...props }: TitleProps & { children: ReactNode; named?: string | undefined }) {
  return <PageTitle {...props} place={useUserProfile()?.team.name}>{children}</PageTitle>;
}
