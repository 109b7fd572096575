/** A line that asks to confirm one's address, with the mail again; it can wait until the next visit. */
import { Button } from '@mantine/core';
import { IconMail } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import '../words';
import { account, type AccountKind } from '../account';
import classes from './security.module.css';

const LATER_KEY = 'frontdesk.verifyLater';

/** Across the whole width of the desk; between the cards of a customer's account as one of them. */
export function VerifyReminder({ kind, email, isCard = false }: { kind: AccountKind; email: string; isCard?: boolean }) {
  const { t } = useTranslation('security');
  const [isLater, setIsLater] = useState(() => sessionStorage.getItem(LATER_KEY) === email);
  const send = useMutation({ mutationFn: () => account.sendVerification(kind) });
  if (isLater) return null;
  const later = () => {
    sessionStorage.setItem(LATER_KEY, email);
    setIsLater(true);
  };
  return (
    <div className={classes['strip']} data-card={isCard || undefined} role="region" aria-label={t('verify.title')}>
      <IconMail size={18} stroke={1.5} aria-hidden style={{ flexShrink: 0 }} />
      <span className={classes['stripWords']} role="status">
        {send.isSuccess ? t('verify.sent') : send.error ? t('verify.failed', { why: toProblem(send.error).detail }) : t('verify.reminder', { email })}
      </span>
      {!send.isSuccess && <Button size="xs" variant="default" loading={send.isPending} onClick={() => send.mutate()}>{t('verify.send')}</Button>}
      <Button size="xs" variant="subtle" color="gray" onClick={later}>{t('verify.later')}</Button>
    </div>
  );
}
