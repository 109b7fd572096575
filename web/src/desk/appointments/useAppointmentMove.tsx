/** What may be done with an appointment: at once where it can be taken back in a word, after one question where it cannot. */
import { Button, Group, Modal, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, type Appointment } from '~/api';
import { formatDayAndClock } from '~/ui';
import { showAppointment } from '../live';
import { STATUS_AFTER, type Move } from '../model/appointments';

type AskedMove = Extract<Move, 'reject' | 'cancel' | 'no-show'>;

const REASON_CHARACTERS_MAX = 500;

const MOVE_PATHS = {
  confirm: '/api/appointments/{id}/confirm',
  reject: '/api/appointments/{id}/reject',
  start: '/api/appointments/{id}/start',
  complete: '/api/appointments/{id}/complete',
  cancel: '/api/appointments/{id}/cancel',
  'no-show': '/api/appointments/{id}/no-show',
} as const;

export interface AppointmentMoves {
  /** Makes a move without asking. */
  make: (move: Move, reason?: string) => Promise<boolean>;
  confirm: () => Promise<void>;
  /** Opens the question that a move with a consequence needs. */
  ask: (move: AskedMove) => void;
  isBusy: boolean;
  /** The question, to be put somewhere on the page. */
  dialog: ReactNode;
}

export function useAppointmentMove(appointment: Appointment): AppointmentMoves {
  const { t } = useTranslation('desk');
  const client = useQueryClient();
  const [asked, setAsked] = useState<AskedMove | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  const make = useCallback(
    async (move: Move, reason?: string) => {
      setIsBusy(true);
      // Shown at once; the copy keeps its time of change, so that the server's answer replaces it.
      showAppointment(client, { ...appointment, status: STATUS_AFTER[move] });
      try {
        const body = reason?.trim() ? { reason: reason.trim() } : {};
        const { data } = await must(userApi.PUT(MOVE_PATHS[move], { params: { path: { id: appointment.id } }, body }));
        showAppointment(client, data);
        return true;
      } catch (error) {
        showAppointment(client, appointment);
        notifications.show({ color: 'red', title: t('appointments.actionFailed'), message: toProblem(error).detail });
        return false;
      } finally {
        setIsBusy(false);
      }
    },
    [appointment, client, t],
  );

  const confirm = useCallback(async () => {
    if (await make('confirm')) notifications.show({ color: 'green', message: t('appointments.confirmed', { name: appointment.customer.name }) });
  }, [make, appointment.customer.name, t]);

  const dialog = asked && (
    <MoveDialog
      move={asked}
      appointment={appointment}
      isBusy={isBusy}
      onClose={() => setAsked(null)}
      onGo={(reason) => void make(asked, reason).then((isDone) => isDone && setAsked(null))}
    />
  );
  return { make, confirm, ask: setAsked, isBusy, dialog };
}

interface DialogProps {
  move: AskedMove;
  appointment: Appointment;
  isBusy: boolean;
  onClose: () => void;
  onGo: (reason: string) => void;
}

function MoveDialog({ move, appointment, isBusy, onClose, onGo }: DialogProps) {
  const { t } = useTranslation('desk');
  const [reason, setReason] = useState('');
  const words = { reject: ['rejectTitle', 'rejectText', 'reject'], cancel: ['cancelTitle', 'cancelText', 'cancel'], 'no-show': ['noShowTitle', 'noShowText', 'noShow'] } as const;
  const [title, text, action] = words[move];
  const name = appointment.customer.name;
  return (
    <Modal opened onClose={onClose} title={t(`appointments.${title}`)}>
      <Text size="sm" mb="md">{t(`appointments.${text}`, { name, time: formatDayAndClock(appointment.start, appointment.timezone) })}</Text>
      {move !== 'no-show' && (
        <Textarea label={t('appointments.reasonLabel')} placeholder={t('appointments.reasonPlaceholder', { name })} autosize minRows={2} maxLength={REASON_CHARACTERS_MAX} value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus mb="md" />
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>{t('appointments.keep')}</Button>
        <Button color="red" loading={isBusy} onClick={() => onGo(reason)}>{t(`appointments.${action}`)}</Button>
      </Group>
    </Modal>
  );
}
