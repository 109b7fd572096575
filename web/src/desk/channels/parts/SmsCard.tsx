/** Text messages through Twilio: by the house's account, or by the business's own. */
import { SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Channels, ChannelsChange } from '~/api';
import { businessQuery } from '../../queries';
import { useChannelForm } from '../useChannelForm';
import { ChannelCard, SaveLine, useForget, useWho } from './ChannelCard';
import { SecretInput } from './SecretInput';
import { TestLine } from './TestLine';

function read({ useCustomerTwilio, twilio }: Channels) {
  return { way: useCustomerTwilio ? 'own' : 'system', accountSid: twilio?.accountSid ?? '', authToken: '', from: twilio?.from ?? '' };
}

function write({ way, accountSid, authToken, from }: ReturnType<typeof read>): ChannelsChange {
  if (way !== 'own') return { useCustomerTwilio: false };
  return { useCustomerTwilio: true, twilio: { accountSid: accountSid.trim(), from: from.trim(), ...(authToken ? { authToken } : {}) } };
}

const NAMES = { 'twilio.accountSid': 'accountSid', 'twilio.authToken': 'authToken', 'twilio.from': 'from' } as const;

export function SmsCard({ channels }: { channels: Channels }) {
  const { t } = useTranslation('setup');
  const business = useQuery(businessQuery);
  const provider = channels.providers.find(({ channel }) => channel === 'sms');
  const who = useWho('sms', channels.smsEnabled, provider);
  const { form, submit, ...line } = useChannelForm({ channels, read, write, names: NAMES });
  const forget = useForget('sms', { useCustomerTwilio: false, twilio: null });
  const isOwn = form.values.way === 'own';
  const phone = business.data?.settings.phone ?? '';
  return (
    <ChannelCard channel="sms" isOn={channels.smsEnabled} switchTo={(smsEnabled) => ({ smsEnabled })} who={who}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <SegmentedControl fullWidth aria-label={t('channels.ways', { channel: t('channels.sms') })} data={[{ value: 'system', label: t('channels.viaSystem') }, { value: 'own', label: t('channels.viaOwn') }]} {...form.getInputProps('way')} />
          {!isOwn && <Text size="sm" c="dimmed">{t('channels.systemSms')}</Text>}
          {isOwn && (
            <>
              <TextInput label={t('channels.accountSid')} autoComplete="off" placeholder="AC…" {...form.getInputProps('accountSid')} />
              <SecretInput label={t('channels.authToken')} isKept={channels.twilio?.hasAuthToken ?? false} {...form.getInputProps('authToken')} />
              <TextInput label={t('channels.smsFrom')} description={t('channels.smsFromHint')} {...form.getInputProps('from')} />
            </>
          )}
          <SaveLine {...line} onForget={isOwn && channels.twilio ? forget : undefined} />
        </Stack>
      </form>
      <TestLine key={phone} channel="sms" initial={phone} isDirty={line.isDirty} isSimulated={provider?.simulated ?? false} />
    </ChannelCard>
  );
}
