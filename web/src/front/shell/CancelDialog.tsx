/** Asks once before a visit is given up, and says what that means. */
import { Button, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment } from '~/api';
import { describeFault } from '../fault';
import * as format from '../format/words';
import { DangerButton } from './DangerButton';
import { Notice } from './Notice';

interface CancelDialogProps {
  appointment: Appointment;
  opened: boolean;
  isCancelling: boolean;
  fault: unknown;
  onClose: () => void;
  onCancel: (reason: string) => void;
}

const REASON_CHARACTERS_MAX = 500;

export function CancelDialog({ appointment, opened, isCancelling, fault, onClose, onCancel }: CancelDialogProps) {
  const { t } = useTranslation('front');
  const [reason, setReason] = useState('');
  const when = format.when(appointment.start, appointment.timezone);
  return (
    <Modal opened={opened} onClose={onClose} title={t('manage.cancelTitle')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Stack gap="md">
        <Text>{t('manage.cancelConsequence', { service: appointment.service, when })}</Text>
        <Textarea
          label={t('manage.cancelReason')}
          size="md"
          rows={2}
          maxLength={REASON_CHARACTERS_MAX}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {fault != null && (
          <Notice tone="failed">
            {describeFault(fault, t).text}
          </Notice>
        )}
        <DangerButton isFinal size="md" loading={isCancelling} onClick={() => onCancel(reason)}>
          {t('manage.cancelConfirm')}
        </DangerButton>
        <Button variant="default" size="md" onClick={onClose} data-autofocus>
          {t('manage.keep')}
        </Button>
      </Stack>
    </Modal>
  );
}
