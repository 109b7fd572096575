/**
 * Where the two links about a changed address lead. Each asks before it does something: mails are opened by more than their
 * readers, and taking an address back ends whatever else is open.
 */
import { Button, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconLinkOff, IconMail, IconShieldLock } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { StateMessage } from '~/ui/StateView';
import '../words';
import { account, type AccountKind, type Realm } from '../account';
import { Fault } from '../parts/Fault';
import { Reset } from './Reset';

interface Props {
  kind: AccountKind;
  realm: Realm;
  token: string | undefined;
  /** The ways on from here. */
  goOn: ReactNode;
}

export function ConfirmAddress({ kind, realm, token, goOn }: Props) {
  const { t } = useTranslation('security');
  const confirm = useMutation({
    mutationFn: async () => {
      const { email } = await account.confirmAddress(kind, realm, token ?? '');
      await account.rereadOwn(kind);
      return email;
    },
  });
  if (confirm.isSuccess) return <div role="status"><StateMessage icon={<IconCircleCheck size={22} stroke={1.5} aria-hidden />} tone="brand" title={t('address.doneTitle')} text={t('address.doneText', { email: confirm.data })} action={goOn} /></div>;
  const why = whyDead(token, confirm.error);
  if (why) return <Dead why={why} goOn={goOn} />;
  return (
    <Stack gap="md">
      <StateMessage icon={<IconMail size={22} stroke={1.5} aria-hidden />} tone="brand" title={t('address.confirmTitle')} text={t('address.confirmText')} action={<Button size="md" loading={confirm.isPending} onClick={() => confirm.mutate()}>{t('address.confirm')}</Button>} />
      <Fault error={confirm.error} />
    </Stack>
  );
}

export function RestoreAddress({ kind, realm, token, goOn, askAgain }: Props & { askAgain: ReactNode }) {
  const { t } = useTranslation('security');
  const restore = useMutation({ mutationFn: () => account.restoreAddress(kind, realm, token ?? '') });
  if (restore.isSuccess) {
    const { email, resetToken } = restore.data;
    return (
      <Stack gap="md">
        <Text size="sm" role="status">{t('address.restored', { email })}</Text>
        {resetToken ? <Reset kind={kind} realm={realm} token={resetToken} signIn={goOn} askAgain={askAgain} /> : goOn}
      </Stack>
    );
  }
  const why = whyDead(token, restore.error);
  if (why) return <Dead why={why} goOn={goOn} />;
  return (
    <Stack gap="md">
      <StateMessage icon={<IconShieldLock size={22} stroke={1.5} aria-hidden />} title={t('address.restoreTitle')} text={t('address.restoreText')} action={<Button size="md" color="red" loading={restore.isPending} onClick={() => restore.mutate()}>{t('address.restore')}</Button>} />
      <Fault error={restore.error} />
    </Stack>
  );
}

/** Which sentence says why the link leads nowhere; nothing while it may. */
function whyDead(token: string | undefined, error: unknown): 'none' | 'dead' | 'taken' | null {
  if (token === undefined) return 'none';
  const code = error ? toProblem(error).code : null;
  if (code === 'INVALID_ADDRESS_LINK') return 'dead';
  return code === 'EMAIL_EXISTS' ? 'taken' : null;
}

function Dead({ why, goOn }: { why: 'none' | 'dead' | 'taken'; goOn: ReactNode }) {
  const { t } = useTranslation('security');
  return <div role="alert"><StateMessage icon={<IconLinkOff size={22} stroke={1.5} aria-hidden />} title={t('verify.deadTitle')} text={t(`address.why.${why}`)} action={goOn} /></div>;
}
