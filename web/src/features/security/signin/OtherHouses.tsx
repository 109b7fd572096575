/** "Continue with …": the other houses that the operator of this server has registered with. */
import { Button, Divider, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import '../words';
import { account, startOfOther, type AccountKind, type Realm } from '../account';

interface Props {
  kind: AccountKind;
  realm: Realm;
  /** Where to go afterwards, as a path of this app. */
  next: string | undefined;
  size?: 'md' | 'lg';
}

export function OtherHouses({ kind, realm, next, size = 'md' }: Props) {
  const { t } = useTranslation('security');
  const providers = useQuery({ queryKey: ['security', 'oidc'], queryFn: () => account.oidcProviders(), staleTime: Infinity });
  if (!providers.data?.length) return null;
  return (
    <Stack gap="sm">
      <Divider label={t('oidc.or')} />
      {providers.data.map(({ id, name }) => (
        <Button key={id} component="a" href={startOfOther(kind, id, realm, next)} variant="default" size={size}>{t('oidc.with', { name })}</Button>
      ))}
    </Stack>
  );
}
