/** What stands beside an appointment, and correcting it. Nobody is written to because of it. */
import { Alert, Button, Group, Stack, Textarea, UnstyledButton } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, type Appointment } from '~/api';
import { showAppointment } from '../../live';
import classes from '../appointments.module.css';

const NOTES_CHARS_MAX = 2000;

export function Notes({ appointment }: { appointment: Appointment }) {
  const { t } = useTranslation('desk');
  const client = useQueryClient();
  const [draft, setDraft] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: async (notes: string) => (await must(userApi.PATCH('/api/appointments/{id}', { params: { path: { id: appointment.id } }, body: { notes } }))).data,
    onSuccess: (changed) => {
      showAppointment(client, changed);
      setDraft(null);
    },
  });
  return (
    <div>
      <dt>{t('appointments.notes')}</dt>
      <dd>
        {draft === null ? (
          <>
            {appointment.notes && <span className={classes['notes']}>{appointment.notes}</span>}
            <UnstyledButton className={classes['noteAction']} onClick={() => setDraft(appointment.notes ?? '')}>
              {t(appointment.notes ? 'appointments.editNotes' : 'appointments.addNotes')}
            </UnstyledButton>
          </>
        ) : (
          <form onSubmit={(event) => (event.preventDefault(), save.mutate(draft.trim()))}>
            <Stack gap="xs">
              <Textarea data-autofocus autoFocus aria-label={t('appointments.notes')} autosize minRows={2} maxRows={8} maxLength={NOTES_CHARS_MAX} value={draft} onChange={(event) => setDraft(event.currentTarget.value)} />
              {save.error && <Alert color="red" role="alert">{toProblem(save.error).detail}</Alert>}
              <Group gap="xs" justify="flex-end">
                <Button variant="default" size="xs" onClick={() => (save.reset(), setDraft(null))}>{t('settings.discard')}</Button>
                <Button type="submit" size="xs" loading={save.isPending}>{t('appointments.saveNotes')}</Button>
              </Group>
            </Stack>
          </form>
        )}
      </dd>
    </div>
  );
}
