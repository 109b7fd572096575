/** The sites of others that may show the booking page in a frame, one on a line. */
import { Alert, Button, Group, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { StateView } from '~/ui';
import { Card } from '../../parts/Page';
import { businessQuery } from '../../queries';
import { changeEmbedOrigins } from '../calls';
import { readOrigins } from '../origins';

export function EmbedOrigins() {
  const query = useQuery(businessQuery);
  return (
    <Card>
      <StateView query={query} loading={<Stack p="lg"><Skeleton height={14} width={220} /><Skeleton height={84} /></Stack>}>
        {({ settings, etag }) => <OriginsForm key={settings.embedOrigins.join()} origins={settings.embedOrigins} etag={etag} />}
      </StateView>
    </Card>
  );
}

function OriginsForm({ origins, etag }: { origins: readonly string[]; etag: string | null }) {
  const { t } = useTranslation('desk');
  const client = useQueryClient();
  const kept = origins.join('\n');
  const [text, setText] = useState(kept);
  const reread = () => client.invalidateQueries({ queryKey: businessQuery.queryKey });
  const save = useMutation({
    mutationFn: () => changeEmbedOrigins(readOrigins(text), etag),
    onSuccess: async () => {
      notifications.show({ message: t('settings.saved') });
      await reread();
    },
    onError: (error) => {
      if (toProblem(error).status === 412) void reread();
    },
  });
  const problem = save.error ? toProblem(save.error) : null;
  const isConflict = problem?.status === 412;
  // One line of the list is named by its place (`embedOrigins[1]`); the field is the same.
  const fault = problem?.errors.find(({ field }) => field.startsWith('embedOrigins'))?.message;
  return (
    <Stack p="lg" gap="md">
      <Textarea
        label={t('settings.embed')}
        description={t('settings.embedText')}
        placeholder="https://www.salon.example"
        autosize
        minRows={3}
        maxRows={20}
        autoCapitalize="none"
        spellCheck={false}
        value={text}
        error={fault}
        onChange={(event) => (setText(event.currentTarget.value), save.reset())}
      />
      {problem && !fault && <Alert color={isConflict ? 'yellow' : 'red'} role="alert">{isConflict ? t('settings.conflict') : problem.detail}</Alert>}
      <Group justify="flex-end" gap="xs">
        {text !== kept && <Text size="xs" c="dimmed" flex={1}>{t('settings.unsaved')}</Text>}
        {text !== kept && <Button variant="default" onClick={() => (setText(kept), save.reset())}>{t('settings.discard')}</Button>}
        <Button disabled={text === kept} loading={save.isPending} onClick={() => save.mutate()}>{t('settings.save')}</Button>
      </Group>
    </Stack>
  );
}
