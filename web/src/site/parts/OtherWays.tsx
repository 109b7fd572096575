/** "Continue with …": the issuers that the operator of this server has set up. */
import { Button, Divider, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { account } from '~/features/security';

export function OtherWays({ next }: { next: string | undefined }) {
  const { t } = useTranslation('security');
  const providers = useQuery({ queryKey: ['site', 'oidc'], queryFn: () => account.oidcProviders(), staleTime: Infinity });
  if (!providers.data?.length) return null;
  const query = next ? `?${new URLSearchParams({ next })}` : '';
  return (
    <Stack gap="sm">
      <Divider label={t('oidc.or')} />
      {providers.data.map(({ id, name }) => (
        <Button key={id} component="a" href={`/api/auth/oidc/${encodeURIComponent(id)}/start${query}`} variant="default" size="md">{t('oidc.with', { name })}</Button>
      ))}
    </Stack>
  );
}
