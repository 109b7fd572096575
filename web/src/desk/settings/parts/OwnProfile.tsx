/** One's own name and number, the same in every business that one belongs to. */
import { Alert, Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toProblem, userSession, type User } from '~/api';
import { Card } from '../../parts/Page';
import { changeOwnProfile } from '../calls';

export function OwnProfile({ user }: { user: User }) {
  const { t } = useTranslation('desk');
  const form = useForm({
    initialValues: { name: user.name, phone: user.phone ?? '' },
    validate: { name: (value) => (value.trim() ? null : t('settings.nameRequired')) },
  });
  const save = useMutation({
    mutationFn: changeOwnProfile,
    onSuccess: ({ user: saved }) => {
      userSession.updateProfile({ user: saved });
      // As the server wrote it: a number gets its country.
      form.setInitialValues({ name: saved.name, phone: saved.phone ?? '' });
      form.reset();
      notifications.show({ message: t('settings.saved') });
    },
    onError: (error) => {
      for (const { field, message } of toProblem(error).errors) form.setFieldError(field, message);
    },
  });
  const problem = save.error ? toProblem(save.error) : null;
  return (
    <Card>
      <form onSubmit={form.onSubmit(({ name, phone }) => save.mutate({ name: name.trim(), phone: phone.trim() || null }))} noValidate>
        <Stack p="lg" gap="md">
          <Text fw={600} size="sm">{t('settings.ownTitle')}</Text>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label={t('settings.ownName')} autoComplete="name" {...form.getInputProps('name')} />
            <TextInput label={t('settings.ownPhone')} type="tel" autoComplete="tel" {...form.getInputProps('phone')} />
          </SimpleGrid>
          <Text size="xs" c="dimmed">{t('settings.ownHint')}</Text>
          {problem && problem.errors.length === 0 && <Alert color="red" role="alert">{problem.detail}</Alert>}
          <Group justify="flex-end" gap="xs">
            {form.isDirty() && <Button variant="default" onClick={() => form.reset()}>{t('settings.discard')}</Button>}
            <Button type="submit" disabled={!form.isDirty()} loading={save.isPending}>{t('settings.save')}</Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
