/** What an operator does to somebody else's business needs words that its owner can read. */
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Caution } from '../../parts/Caution';

const REASON_CHARACTERS_MAX = 300;

interface Props {
  title: string;
  text: string;
  hint: string;
  confirm: string;
  isDangerous?: boolean;
  isBusy: boolean;
  onCancel: () => void;
  onGo: (reason: string) => void;
}

export function ReasonForm({ title, text, hint, confirm, isDangerous = false, isBusy, onCancel, onGo }: Props) {
  const { t } = useTranslation('operator');
  const [reason, setReason] = useState('');
  const [isAsked, setIsAsked] = useState(false);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setIsAsked(true);
        if (reason.trim()) onGo(reason.trim());
      }}
    >
      <Stack gap="sm">
        <Caution tone={isDangerous ? 'failed' : 'waiting'} title={title}><Text size="sm">{text}</Text></Caution>
        <Textarea label={t('tenant.reason')} description={hint} autosize minRows={2} maxRows={6} maxLength={REASON_CHARACTERS_MAX} data-autofocus value={reason} onChange={(event) => setReason(event.currentTarget.value)} error={isAsked && !reason.trim() ? t('tenant.reasonRequired') : null} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>{t('tenant.cancel')}</Button>
          <Button type="submit" {...(isDangerous ? { color: 'red' } : {})} loading={isBusy}>{confirm}</Button>
        </Group>
      </Stack>
    </form>
  );
}
