/** A webhook's address and what it hears of, in a drawer beside the page. */
import { Alert, Button, Drawer, Group, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { must, newKey, toProblem, userApi, type Webhook, type WebhookWithSecret } from '~/api';
import { ifMatch, type Tagged } from '../../parts/tagged';
import { useWebhooksChanged } from '../queries';
import { EventPicker } from './EventPicker';

const URL_CHARACTERS_MAX = 2000;
const DESCRIPTION_CHARACTERS_MAX = 500;

interface Props {
  /** The one to change; a new one without it. */
  webhook: Tagged<Webhook> | null;
  onClose: () => void;
  onCreated?: (made: WebhookWithSecret) => void;
}

export function WebhookForm({ webhook, onClose, onCreated }: Props) {
  const { t } = useTranslation('setup');
  const changed = useWebhooksChanged();
  const present = webhook?.value ?? null;
  const key = useRef(newKey());
  const form = useForm({
    initialValues: { url: present?.url ?? '', description: present?.description ?? '', events: present?.events ?? [], enabled: present?.enabled ?? true },
    validate: {
      url: (value) => (/^https?:\/\/[^\s/]+/i.test(value.trim()) ? null : t('webhooks.urlInvalid')),
      events: (value) => (value.length > 0 ? null : t('webhooks.needEvents')),
    },
  });
  const save = useMutation({
    mutationFn: async ({ url, description, events, enabled }: typeof form.values): Promise<WebhookWithSecret | null> => {
      if (!present) {
        const body = { url: url.trim(), events, enabled, ...(description.trim() ? { description: description.trim() } : {}) };
        return (await must(userApi.POST('/api/webhooks', { body, headers: { 'Idempotency-Key': key.current } }))).data;
      }
      const body = { events, description: description.trim(), enabled, ...(present.managed ? {} : { url: url.trim() }) };
      await must(userApi.PUT('/api/webhooks/{id}', { params: { path: { id: present.id } }, body, headers: ifMatch(webhook?.etag ?? null) }));
      return null;
    },
    onSuccess: async (made) => {
      await changed();
      onClose();
      if (made) onCreated?.(made);
      else notifications.show({ message: t('saved') });
    },
    onError: (error) => {
      key.current = newKey();
      const problem = toProblem(error);
      if (problem.status === 412) void changed();
      for (const { field, message } of problem.errors) form.setFieldError(field.startsWith('events') ? 'events' : field, message);
    },
  });
  const problem = save.error ? toProblem(save.error) : null;
  const isConflict = problem?.status === 412;
  return (
    <Drawer opened onClose={onClose} position="right" size={480} title={present ? t('webhooks.formEdit') : t('webhooks.formNew')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack gap="md">
          <TextInput label={t('webhooks.url')} description={present?.managed ? t('webhooks.managedText') : t('webhooks.urlHint')} placeholder={t('webhooks.urlPlaceholder')} type="url" inputMode="url" maxLength={URL_CHARACTERS_MAX} disabled={present?.managed ?? false} data-autofocus {...form.getInputProps('url')} />
          <TextInput label={t('webhooks.description')} placeholder={t('webhooks.descriptionPlaceholder')} maxLength={DESCRIPTION_CHARACTERS_MAX} {...form.getInputProps('description')} />
          <EventPicker value={form.values.events} onChange={(events) => form.setFieldValue('events', events)} error={form.errors['events'] as string | undefined} />
          <Switch label={t('webhooks.enabled')} description={t('webhooks.enabledHint')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
          {isConflict && <Alert color="yellow" role="alert">{t('conflict')}</Alert>}
          {problem && !isConflict && problem.errors.length === 0 && <Alert color="red" role="alert">{problem.detail}</Alert>}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>{t('discard')}</Button>
            <Button type="submit" loading={save.isPending}>{present ? t('save') : t('webhooks.create')}</Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}
