/** How a call proves that it came from here, and how its receiver finds that out. */
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { addCatalog } from '~/i18n';
import { setupEn } from '~/i18n/en/setup';
import { CodeBlock } from '../../parts/CodeBlock';
import { sampleOf, type Signature } from '../signature';

// Deliveries show it too, where the words of the webhooks are not read yet.
addCatalog('setup', setupEn);

export function SignatureView({ signature }: { signature: Signature }) {
  const { t } = useTranslation('setup');
  return (
    <Stack gap="sm">
      <CodeBlock text={signature.headers.map(([name, value]) => `${name}: ${value}`).join('\n')} label={t('webhooks.signaturePart')} wraps hasCopy />
      <Text size="sm" fw={600}>{t('webhooks.signature')}</Text>
      <Text size="sm" c="dimmed">{t('webhooks.signatureText')} {t('webhooks.signatureOwn')}</Text>
      <CodeBlock text={sampleOf(signature)} label={t('webhooks.signature')} wraps hasCopy />
    </Stack>
  );
}
