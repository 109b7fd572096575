/** Trades the token of a mailed link for a session, once, and says so when that does not work. */
import { Button, Loader, Stack, Text } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { ErrorState, StateMessage } from '~/ui';
import { verifySignInLink } from '../calls';

interface LinkVerificationProps {
  token: string;
  onDone: () => void;
  /** Takes the used token out of the address, so that a reload asks for a new link instead of failing again. */
  onFailed: () => void;
}

export function LinkVerification({ token, onDone, onFailed }: LinkVerificationProps) {
  const { t } = useTranslation('front');
  // A link works once: as a query it runs once per token, however often the page renders, and never by itself again.
  const verification = useQuery({
    queryKey: ['front', 'verifyLink', token],
    queryFn: () => verifySignInLink(token),
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const { isSuccess, error } = verification;
  useEffect(() => {
    if (isSuccess) onDone();
    // Leaving happens once, when the trade is done; the callback is new on every render.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isSuccess]);
  if (error && toProblem(error).isUnreachable) return <ErrorState error={error} onRetry={() => void verification.refetch()} />;
  if (error) {
    return (
      <StateMessage
        icon={<IconLinkOff size={22} aria-hidden />}
        title={t('signIn.linkFailedTitle')}
        text={t('signIn.linkFailed')}
        action={
          <Button size="md" onClick={onFailed}>
            {t('signIn.linkNew')}
          </Button>
        }
      />
    );
  }
  return (
    <Stack align="center" py="xl" role="status">
      <Loader aria-hidden />
      <Text>{t('signIn.verifying')}</Text>
    </Stack>
  );
}
