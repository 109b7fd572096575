/** The headers of what came back, beside its body; nothing where none came or were kept. */
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { addCatalog } from '~/i18n';
import { setupEn } from '~/i18n/en/setup';
import { CodeBlock } from '../../parts/CodeBlock';

const HEIGHT_MAX = 200;

// Deliveries show them too, where the words of the webhooks are not read yet.
addCatalog('setup', setupEn);

export function AnswerHeaders({ headers }: { headers: string | null }) {
  const { t } = useTranslation('setup');
  if (!headers) return null;
  return (
    <Stack gap={4}>
      <Text size="xs" c="dimmed">{t('webhooks.answerHeaders')}</Text>
      <CodeBlock text={headers} label={t('webhooks.answerHeaders')} wraps maxHeight={HEIGHT_MAX} />
    </Stack>
  );
}
