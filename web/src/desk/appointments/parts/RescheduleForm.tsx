/** Another time for an appointment that stands. */
import { Alert, Button, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, type Appointment, type Slot } from '~/api';
import { dayKey } from '~/ui';
import { showAppointment } from '../../live';
import { SlotPicker } from './SlotPicker';

export function RescheduleForm({ appointment, onDone }: { appointment: Appointment; onDone: () => void }) {
  const { t } = useTranslation('desk');
  const client = useQueryClient();
  const [day, setDay] = useState(dayKey(appointment.start, appointment.timezone));
  const [slot, setSlot] = useState<Slot | null>(null);
  const save = useMutation({
    mutationFn: async (chosen: Slot) => (await must(userApi.PUT('/api/appointments/{id}/reschedule', { params: { path: { id: appointment.id } }, body: { time: chosen.start, staffId: appointment.staffId } }))).data,
    onSuccess: (moved) => {
      showAppointment(client, moved);
      onDone();
    },
    onError: () => void client.invalidateQueries({ queryKey: ['availability'] }),
  });
  return (
    <Stack gap="md">
      <SlotPicker serviceId={appointment.serviceId} staffId={appointment.staffId} day={day} onDay={setDay} value={slot} onChange={setSlot} />
      {save.error && <Alert color="red" role="alert">{toProblem(save.error).code === 'SLOT_TAKEN' ? t('appointments.taken') : toProblem(save.error).detail}</Alert>}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onDone}>{t('appointments.keep')}</Button>
        <Button disabled={!slot} loading={save.isPending} onClick={() => slot && save.mutate(slot)}>{t('appointments.save')}</Button>
      </Group>
    </Stack>
  );
}
