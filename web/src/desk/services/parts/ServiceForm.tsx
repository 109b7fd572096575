/** One service: its name, how long it takes and what it costs first; the rest may wait. */
import { Alert, Autocomplete, Button, Group, Modal, MultiSelect, NumberInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { must, newKey, toProblem, userApi, useUserProfile, type Service, type ServiceBody } from '~/api';
import { parseMoney, writeMoney } from '~/ui';
import { providersQuery, servicesQuery } from '../../queries';

const DURATION_MINUTES_MIN = 5;
const DURATION_MINUTES_MAX = 24 * 60;
const DURATION_STEP_MINUTES = 15;
const NAME_CHARACTERS_MAX = 120;
const DESCRIPTION_CHARACTERS_MAX = 1000;

export function ServiceForm({ service, onClose }: { service: Service | null; onClose: () => void }) {
  const { t } = useTranslation('desk');
  const client = useQueryClient();
  const currency = useUserProfile()?.team.currency ?? 'KES';
  // A service priced before the business took another currency keeps its own until somebody chooses the new one.
  const currencies = [...new Set([service?.price.currency ?? currency, currency])];
  const providers = useQuery(providersQuery);
  const categories = [...new Set((client.getQueryData(servicesQuery.queryKey) ?? []).map((entry) => entry.category).filter((word): word is string => Boolean(word)))];
  const key = useRef(newKey());
  const form = useForm({
    initialValues: {
      name: service?.name ?? '',
      duration: service?.duration ?? 60,
      price: service ? writeMoney(service.price) : '',
      currency: service?.price.currency ?? currency,
      description: service?.description ?? '',
      category: service?.category ?? '',
      providerIds: service?.providerIds ?? [],
    },
    validate: {
      name: (value) => (value.trim() ? null : t('services.nameRequired')),
      duration: (value) => (Number(value) >= DURATION_MINUTES_MIN && Number(value) <= DURATION_MINUTES_MAX ? null : t('services.durationRange')),
      price: (value, values) => (parseMoney(value, values.currency) ? null : t('services.priceInvalid')),
    },
  });
  const save = useMutation({
    mutationFn: (body: ServiceBody) =>
      service
        ? must(userApi.PATCH('/api/services/{id}', { params: { path: { id: service.id } }, body }))
        : must(userApi.POST('/api/services', { body, headers: { 'Idempotency-Key': key.current } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: servicesQuery.queryKey });
      notifications.show({ message: t('services.saved') });
      onClose();
    },
    onError: (error) => {
      key.current = newKey();
      for (const { field, message } of toProblem(error).errors) if (field in form.getValues()) form.setFieldError(field, message);
    },
  });
  const submit = form.onSubmit((values) => {
    const price = parseMoney(values.price, values.currency);
    if (!price) return;
    save.mutate({
      name: values.name.trim(),
      duration: Number(values.duration),
      price,
      description: values.description.trim() || null,
      category: values.category.trim() || null,
      providerIds: values.providerIds,
    });
  });
  const people = (providers.data ?? []).map((provider) => ({ value: provider.id, label: provider.name }));
  return (
    <Modal opened onClose={onClose} title={service ? t('services.edit') : t('services.new')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput label={t('services.name')} maxLength={NAME_CHARACTERS_MAX} data-autofocus {...form.getInputProps('name')} />
          <Group grow align="flex-start">
            <NumberInput label={t('services.duration')} suffix={` ${t('services.minutes')}`} min={DURATION_MINUTES_MIN} max={DURATION_MINUTES_MAX} step={DURATION_STEP_MINUTES} allowDecimal={false} clampBehavior="none" {...form.getInputProps('duration')} />
            <TextInput label={t('services.price')} inputMode="decimal" leftSection={form.values.currency} leftSectionWidth={52} {...form.getInputProps('price')} />
            {currencies.length > 1 && <Select label={t('services.currency')} allowDeselect={false} data={currencies} {...form.getInputProps('currency')} />}
          </Group>
          <Textarea label={t('services.description')} autosize minRows={2} maxRows={8} maxLength={DESCRIPTION_CHARACTERS_MAX} {...form.getInputProps('description')} />
          <Autocomplete label={t('services.category')} data={categories} {...form.getInputProps('category')} />
          {people.length > 1 && <MultiSelect label={t('services.staff')} placeholder={form.values.providerIds.length === 0 ? t('services.everybody') : ''} data={people} {...form.getInputProps('providerIds')} />}
          {save.error && toProblem(save.error).errors.length === 0 && <Alert color="red" role="alert">{toProblem(save.error).detail}</Alert>}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>{t('settings.discard')}</Button>
            <Button type="submit" loading={save.isPending}>{service ? t('services.save') : t('services.create')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
