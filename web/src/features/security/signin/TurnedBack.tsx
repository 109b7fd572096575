/** Why the other house did not let somebody through: it came back as a code in the address. */
import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import '../words';

export function TurnedBack({ code }: { code: string | undefined }) {
  const { t } = useTranslation('security');
  if (!code) return null;
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle size={18} stroke={1.5} />}>
      <Text size="sm">{t(code === 'PROVIDER_UNAVAILABLE' ? 'oidc.away' : 'oidc.turnedBack')}</Text>
      <Text size="xs" c="dimmed">{code}</Text>
    </Alert>
  );
}
