/** The frame of the pages that mails lead to: they name a business, whose colour and name they take. */
import '~/ui/mantine-more.css';
import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Business } from '~/api';
import { ErrorState, StateMessage } from '~/ui/StateView';
import { usePageTitle } from '~/ui/PageTitle';
import { isNotFound } from '../fault';
import { FrontShell } from '../shell/FrontShell';
import { useBusinessCode } from '../shell/useBusinessCode';
import { businessQuery } from '../storefront/queries';

interface Props {
  named: string | undefined;
  title: string;
  children: (business: Business) => ReactNode;
}

export function RealmFrame({ named, title, children }: Props) {
  const { t } = useTranslation('front');
  const navigate = useNavigate();
  const code = useBusinessCode(named);
  const business = useQuery({ ...businessQuery(code ?? ''), enabled: code !== null });
  usePageTitle(title, business.data?.name ?? null);
  const goBack = () => void navigate({ to: '/client/sign-in', search: code ? { business: code } : {} });
  return (
    <FrontShell slug={business.data?.slug ?? null} active="account" business={business.data ?? null} title={title} onBack={goBack} width="narrow">
      {business.data ? (
        children(business.data)
      ) : code === null || isNotFound(business.error) ? (
        <StateMessage title={t('signIn.noBusinessTitle')} text={t('signIn.noBusiness')} />
      ) : business.error ? (
        <ErrorState error={business.error} onRetry={() => void business.refetch()} />
      ) : (
        <Stack role="status" aria-busy="true" aria-label={t('state.loading')}>
          <Skeleton h={68} radius="md" />
          <Skeleton h={48} radius="md" />
        </Stack>
      )}
    </FrontShell>
  );
}
