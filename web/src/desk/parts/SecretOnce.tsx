/** A secret that is shown this one time: it goes away only by saying that it was kept. */
import { Button, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Caution } from './Caution';
import classes from './SecretOnce.module.css';

interface Props {
  title: string;
  text: string;
  secret: string;
  onDone: () => void;
}

export function SecretOnce({ title, text, secret, onDone }: Props) {
  const { t } = useTranslation('setup');
  return (
    <Modal opened onClose={onDone} title={title} size={520} withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false}>
      <Stack gap="md">
        <Text size="sm">{text}</Text>
        <div className={classes['secret']}>
          <code tabIndex={0} role="textbox" aria-readonly aria-label={t('secret.label')} data-autofocus>{secret}</code>
          <CopyButton value={secret}>
            {({ copied, copy }) => <Button variant={copied ? 'light' : 'default'} leftSection={copied ? <IconCheck size={16} stroke={2} /> : <IconCopy size={16} stroke={1.5} />} onClick={copy}>{copied ? t('secret.copied') : t('secret.copy')}</Button>}
          </CopyButton>
        </div>
        <Caution title={t('secret.warning')}>{t('secret.text')}</Caution>
        <Group justify="flex-end"><Button onClick={onDone}>{t('secret.done')}</Button></Group>
      </Stack>
    </Modal>
  );
}
