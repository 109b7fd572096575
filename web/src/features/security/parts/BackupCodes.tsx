/** Ten codes, shown this once: they go away only by saying that they were kept. */
import { Button, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './security.module.css';

interface Props {
  codes: readonly string[];
  email: string;
  onKept: () => void;
}

export function BackupCodes({ codes, email, onKept }: Props) {
  const { t } = useTranslation('security');
  const download = () => {
    const text = t('backup.file', { email, host: window.location.host, codes: codes.join('\n') });
    const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `backup-codes-${window.location.hostname}.txt`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Modal opened onClose={onKept} title={t('backup.title')} size={460} withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false}>
      <Stack gap="md">
        <Text size="sm">{t('backup.text')}</Text>
        <ul className={classes['backup']} aria-label={t('backup.list')}>
          {codes.map((code) => <li key={code}><code className="tabular">{code}</code></li>)}
        </ul>
        <Group gap="sm">
          <CopyButton value={codes.join('\n')}>
            {({ copied, copy }) => <Button variant="default" leftSection={copied ? <IconCheck size={16} stroke={2} /> : <IconCopy size={16} stroke={1.5} />} onClick={copy}>{copied ? t('backup.copied') : t('backup.copy')}</Button>}
          </CopyButton>
          <Button variant="default" leftSection={<IconDownload size={16} stroke={1.5} />} onClick={download}>{t('backup.download')}</Button>
        </Group>
        <Group justify="flex-end"><Button onClick={onKept} data-autofocus>{t('backup.done')}</Button></Group>
      </Stack>
    </Modal>
  );
}
