/** A new key: who holds it, what it may do, when it ends. */
import { Alert, Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, type ApiKeyScope } from '~/api';
import { addDays, dayKey } from '~/ui';
import { useBusinessZone } from '../../queries';
import { CHOICES, expiryOf, type Choice } from '../expiry';
import { SCOPES } from '../scopes';

const NAME_CHARACTERS_MAX = 120;

export function KeyForm({ onClose, onMade }: { onClose: () => void; onMade: (key: string) => void }) {
  const { t } = useTranslation('setup');
  const zone = useBusinessZone();
  const form = useForm({
    initialValues: { name: '', scopes: ['events:write'] as ApiKeyScope[], expiry: 'never' as Choice, day: null as string | null },
    validate: {
      name: (value) => (value.trim() ? null : t('keys.nameRequired')),
      scopes: (value) => (value.length > 0 ? null : t('keys.scopesRequired')),
      day: (value, { expiry }) => (expiry !== 'date' || value ? null : t('required')),
    },
  });
  const make = useMutation({
    // Sent once: a repeated request would be answered with the key again.
    mutationFn: async ({ name, scopes, expiry, day }: typeof form.values) => {
      const expiresAt = expiryOf(expiry, day, zone);
      return (await must(userApi.POST('/api/api-keys', { body: { name: name.trim(), scopes, ...(expiresAt ? { expiresAt } : {}) } }))).data;
    },
    onSuccess: ({ key }) => {
      onClose();
      onMade(key);
    },
    onError: (error) => {
      for (const { field, message } of toProblem(error).errors) form.setFieldError(field === 'expiresAt' ? 'day' : field.startsWith('scopes') ? 'scopes' : field, message);
    },
  });
  const problem = make.error ? toProblem(make.error) : null;
  return (
    <Modal opened onClose={onClose} title={t('keys.new')} size={480}>
      <form onSubmit={form.onSubmit((values) => make.mutate(values))} noValidate>
        <Stack gap="md">
          <TextInput label={t('keys.name')} description={t('keys.nameHint')} placeholder={t('keys.namePlaceholder')} maxLength={NAME_CHARACTERS_MAX} data-autofocus {...form.getInputProps('name')} />
          <Checkbox.Group label={t('keys.scopes')} {...form.getInputProps('scopes')}>
            <Stack gap="sm" mt="xs">
              {SCOPES.map(({ value, words }) => <Checkbox key={value} value={value} label={t(`keys.scope.${words}`)} description={t(`keys.scopeHint.${words}`)} />)}
            </Stack>
          </Checkbox.Group>
          <Group grow align="flex-start">
            <Select label={t('keys.expiry')} allowDeselect={false} data={CHOICES.map((value) => ({ value, label: t(`keys.${value}`) }))} {...form.getInputProps('expiry')} />
            {form.values.expiry === 'date' && <DatePickerInput label={t('keys.pickDay')} valueFormat="D MMM YYYY" firstDayOfWeek={1} minDate={addDays(dayKey(new Date(), zone), 1)} {...form.getInputProps('day')} />}
          </Group>
          {problem && problem.errors.length === 0 && <Alert color="red" role="alert">{problem.code === 'TOO_MANY_KEYS' ? t('keys.tooMany') : problem.detail}</Alert>}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>{t('cancel')}</Button>
            <Button type="submit" loading={make.isPending}>{t('keys.create')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
