/** An invitation: to whom, and as what. */
import { Alert, Button, Drawer, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toProblem, type Role } from '~/api';
import { useRights } from '../../queries';
import { invite, teamQuery } from '../calls';
import { rolesToGive } from '../model';
import { RolePicker } from './RolePicker';

const EMAIL_CHARACTERS_MAX = 254;
const NAME_CHARACTERS_MAX = 120;

export function InviteDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('team');
  const { t: words } = useTranslation('setup');
  const { role: own } = useRights();
  const client = useQueryClient();
  const form = useForm({
    initialValues: { email: '', name: '', role: 'staff' as Role },
    validate: { email: (value) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? null : t('team.emailInvalid')) },
  });
  const send = useMutation({
    mutationFn: ({ email, name, role }: typeof form.values) => invite({ email: email.trim(), role, ...(name.trim() ? { name: name.trim() } : {}) }),
    onSuccess: (_, { email }) => {
      notifications.show({ message: t('team.invited', { email: email.trim() }) });
      onClose();
      return client.invalidateQueries({ queryKey: teamQuery.queryKey });
    },
    onError: (error) => {
      const problem = toProblem(error);
      if (problem.code === 'ALREADY_MEMBER') form.setFieldError('email', t('team.already'));
      for (const { field, message } of problem.errors) form.setFieldError(field, message);
    },
  });
  const problem = send.error ? toProblem(send.error) : null;
  const isSaidAtField = problem !== null && (problem.errors.length > 0 || problem.code === 'ALREADY_MEMBER');
  return (
    <Drawer opened onClose={onClose} position="right" size={440} title={t('team.inviteTitle')}>
      <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate>
        <Stack gap="md">
          <Text size="sm" c="dimmed">{t('team.inviteText')}</Text>
          <TextInput label={t('team.email')} type="email" autoComplete="off" data-autofocus maxLength={EMAIL_CHARACTERS_MAX} {...form.getInputProps('email')} />
          <TextInput label={`${t('team.name')} (${t('team.optional')})`} description={t('team.nameHint')} autoComplete="off" maxLength={NAME_CHARACTERS_MAX} {...form.getInputProps('name')} />
          <RolePicker roles={rolesToGive(own)} value={form.values.role} onChange={(role) => form.setFieldValue('role', role)} />
          {problem && !isSaidAtField && <Alert color="red" role="alert">{problem.detail}</Alert>}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>{words('cancel')}</Button>
            <Button type="submit" loading={send.isPending}>{t('team.send')}</Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}
