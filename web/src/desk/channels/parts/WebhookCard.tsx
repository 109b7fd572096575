/** The one address that hears of every event; for choosing there are webhooks. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Channels, ChannelsChange } from '~/api';
import { hostOf } from '../../webhooks/model';
import { useChannelForm } from '../useChannelForm';
import { ChannelCard, SaveLine, type Who } from './ChannelCard';
import { WebhookTest } from './WebhookTest';

const URL_CHARACTERS_MAX = 2000;

function read({ webhookUrl }: Channels) {
  return { url: webhookUrl ?? '' };
}

function write({ url }: ReturnType<typeof read>): ChannelsChange {
  const webhookUrl = url.trim() || null;
  // Without an address there is nothing that could be switched on.
  return webhookUrl ? { webhookUrl } : { webhookUrl, webhookEnabled: false };
}

const NAMES = { webhookUrl: 'url' } as const;

export function WebhookCard({ channels }: { channels: Channels }) {
  const { t } = useTranslation('setup');
  const { form, submit, ...line } = useChannelForm({ channels, read, write, names: NAMES });
  const who: Who = !channels.webhookUrl
    ? { tone: 'quiet', words: t('channels.who.none') }
    : channels.webhookEnabled ? { tone: 'good', words: t('channels.who.toUrl', { url: hostOf(channels.webhookUrl) }) } : { tone: 'quiet', words: t('channels.who.off') };
  return (
    <ChannelCard channel="webhook" isOn={channels.webhookEnabled} isReady={channels.webhookUrl !== null} switchTo={(webhookEnabled) => ({ webhookEnabled })} who={who}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput label={t('channels.webhookUrl')} description={t('channels.webhookUrlHint')} placeholder={t('webhooks.urlPlaceholder')} type="url" inputMode="url" maxLength={URL_CHARACTERS_MAX} {...form.getInputProps('url')} />
          <SaveLine {...line} />
        </Stack>
      </form>
      <WebhookTest url={channels.webhookUrl} isDirty={line.isDirty} />
      <Group><Button variant="default" renderRoot={(props) => <Link {...props} to="/dashboard/webhooks" />}>{t('channels.openWebhooks')}</Button></Group>
    </ChannelCard>
  );
}
