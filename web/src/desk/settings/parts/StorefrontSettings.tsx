/** Where customers find the business, ready to be copied. */
import { Button, CopyButton, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useUserProfile } from '~/api';
import { Card } from '../../parts/Page';
import { useRights } from '../../queries';
import { useStorefrontLink } from '../../useStorefrontLink';
import classes from '../settings.module.css';
import { EmbedOrigins } from './EmbedOrigins';

export function StorefrontSettings() {
  const { t } = useTranslation('desk');
  const link = useStorefrontLink();
  const inviteCode = useUserProfile()?.team.inviteCode ?? '';
  const { mayAdminister } = useRights();
  return (
    <Stack gap="md">
    <Card>
      <Stack p="lg" gap="xl">
        <ShareField label={t('settings.link')} text={t('settings.linkText')} value={link} canOpen />
        <ShareField label={t('settings.inviteCode')} text={t('settings.inviteText')} value={inviteCode} />
      </Stack>
    </Card>
    {mayAdminister && <EmbedOrigins />}
    </Stack>
  );
}

function ShareField({ label, text, value, canOpen = false }: { label: string; text: string; value: string; canOpen?: boolean }) {
  const { t } = useTranslation('desk');
  return (
    <div>
      <div className={classes['share']}>
        {canOpen ? (
          <Textarea label={label} value={value} readOnly autosize minRows={1} classNames={{ input: classes['shared'] ?? '' }} onFocus={(event) => event.currentTarget.select()} />
        ) : (
          <TextInput label={label} value={value} readOnly onFocus={(event) => event.currentTarget.select()} />
        )}
        <Group gap={8} wrap="nowrap" className={classes['shareActions'] ?? ''}>
          <CopyButton value={value}>
            {({ copied, copy }) => <Button variant="default" onClick={copy} leftSection={copied ? <IconCheck size={16} stroke={2} /> : <IconCopy size={16} stroke={1.5} />}>{copied ? t('settings.copied') : t('settings.copy')}</Button>}
          </CopyButton>
          {canOpen && <Button variant="default" component="a" href={value} target="_blank" rel="noreferrer" leftSection={<IconExternalLink size={16} stroke={1.5} />}>{t('settings.open')}</Button>}
        </Group>
      </div>
      <Text size="xs" c="dimmed" mt={6}>{text}</Text>
    </div>
  );
}
