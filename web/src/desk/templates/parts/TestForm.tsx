/** Sends the saved text to one address, as an event that can be watched. */
import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, useUserProfile } from '~/api';
import { businessQuery } from '../../queries';
import type { TextChannel } from '../model';
import { pathOf, type Place } from '../queries';

const TO_CHARACTERS_MAX = 254;

export function TestForm({ place, channel, isDirty, onClose }: { place: Place; channel: TextChannel; isDirty: boolean; onClose: () => void }) {
  const { t } = useTranslation('setup');
  const ownEmail = useUserProfile()?.user.email ?? '';
  const business = useQuery(businessQuery);
  const usual = channel === 'email' ? ownEmail : (business.data?.settings.phone ?? '');
  const [typed, setTyped] = useState<string | null>(null);
  const to = typed ?? usual;
  const needsTo = channel !== 'inapp';
  const test = useMutation({
    mutationFn: async () => (await must(userApi.POST('/api/templates/{type}/{channel}/test', { params: pathOf(place), body: needsTo ? { to: to.trim() } : {} }))).data,
  });
  const problem = test.error ? toProblem(test.error) : null;
  const fieldWords = problem?.fieldMessage('to');
  return (
    <Modal opened onClose={onClose} title={t('templates.testTitle')}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          test.mutate();
        }}
      >
        <Stack gap="md">
          <Text size="sm" c="dimmed">{t('templates.testText')} {!needsTo && t('templates.testInapp')}</Text>
          {needsTo && <TextInput label={t('templates.testTo')} type={channel === 'email' ? 'email' : 'tel'} value={to} maxLength={TO_CHARACTERS_MAX} error={fieldWords} data-autofocus onChange={({ currentTarget }) => setTyped(currentTarget.value)} />}
          {isDirty && <Alert color="yellow">{t('templates.saveFirst')}</Alert>}
          {problem && !fieldWords && <Alert color="red" role="alert">{problem.detail}</Alert>}
          {test.data && <Alert color="green" role="status">{t('templates.testSent')} <Link to="/dashboard/events/$eventId" params={{ eventId: test.data.eventId }} style={{ color: 'var(--fd-brand-text)' }}>{t('templates.openEvent')}</Link></Alert>}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>{t('cancel')}</Button>
            <Button type="submit" disabled={isDirty || (needsTo && to.trim() === '')} loading={test.isPending}>{t('templates.testSend')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
