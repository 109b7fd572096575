/** WhatsApp: by a paired phone, or by a number on the Cloud API. */
import { SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Channels, ChannelsChange } from '~/api';
import { businessQuery } from '../../queries';
import classes from '../channels.module.css';
import { useChannelForm } from '../useChannelForm';
import { usePhone } from '../whatsapp';
import { ChannelCard, SaveLine, useForget, useWho, type Who } from './ChannelCard';
import { PhonePanel } from './PhonePanel';
import { SecretInput } from './SecretInput';
import { TestLine } from './TestLine';

function read({ useCustomerWhatsapp, whatsapp }: Channels) {
  return { way: useCustomerWhatsapp ? 'cloud' : 'phone', phoneNumberId: whatsapp?.phoneNumberId ?? '', businessAccountId: whatsapp?.businessAccountId ?? '', accessToken: '', appSecret: '', verifyToken: '' };
}

function write({ way, phoneNumberId, businessAccountId, ...secrets }: ReturnType<typeof read>): ChannelsChange {
  if (way !== 'cloud') return { useCustomerWhatsapp: false };
  const typed = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ''));
  return { useCustomerWhatsapp: true, whatsapp: { phoneNumberId: phoneNumberId.trim(), businessAccountId: businessAccountId.trim(), ...typed } };
}

const NAMES = { 'whatsapp.phoneNumberId': 'phoneNumberId', 'whatsapp.businessAccountId': 'businessAccountId', 'whatsapp.accessToken': 'accessToken', 'whatsapp.appSecret': 'appSecret', 'whatsapp.verifyToken': 'verifyToken' } as const;

export function WhatsappCard({ channels }: { channels: Channels }) {
  const { t } = useTranslation('setup');
  const { form, submit, ...line } = useChannelForm({ channels, read, write, names: NAMES });
  const forget = useForget('whatsapp', { useCustomerWhatsapp: false, whatsapp: null });
  const phone = usePhone();
  const business = useQuery(businessQuery);
  const number = business.data?.settings.phone ?? '';
  const isCloud = form.values.way === 'cloud';
  const provider = channels.providers.find(({ channel }) => channel === 'whatsapp');
  const cloudWho = useWho('whatsapp', channels.whatsappEnabled, provider);
  const state = phone.query.data?.status;
  const phoneWho: Who = state === 'ready' ? { tone: 'good', words: t('channels.who.paired') } : { tone: 'waiting', words: t('channels.who.none'), reason: t('channels.waits') };
  // A Cloud number that carries messages says so itself; the house's own is only for those without a phone.
  const isByPhone = !provider || (provider.provider === 'system' && state === 'ready');
  const who = isByPhone && channels.whatsappEnabled ? phoneWho : cloudWho;
  const kept = channels.whatsapp;
  return (
    <ChannelCard channel="whatsapp" isOn={channels.whatsappEnabled} switchTo={(whatsappEnabled) => ({ whatsappEnabled })} who={who}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <SegmentedControl fullWidth aria-label={t('channels.ways', { channel: t('channels.whatsapp') })} data={[{ value: 'phone', label: t('channels.viaPhone') }, { value: 'cloud', label: t('channels.viaCloud') }]} {...form.getInputProps('way')} />
          {isCloud && (
            <>
              <Text size="sm" c="dimmed">{t('channels.cloudText')}</Text>
              <div className={classes['pair']}>
                <TextInput label={t('channels.phoneNumberId')} inputMode="numeric" autoComplete="off" {...form.getInputProps('phoneNumberId')} />
                <TextInput label={t('channels.businessAccountId')} inputMode="numeric" autoComplete="off" placeholder={t('channels.optional')} {...form.getInputProps('businessAccountId')} />
              </div>
              <SecretInput label={t('channels.accessToken')} isKept={kept?.hasAccessToken ?? false} {...form.getInputProps('accessToken')} />
              <div className={classes['pair']}>
                <SecretInput label={t('channels.appSecret')} isKept={kept?.hasAppSecret ?? false} {...form.getInputProps('appSecret')} />
                <SecretInput label={t('channels.verifyToken')} isKept={kept?.hasVerifyToken ?? false} {...form.getInputProps('verifyToken')} />
              </div>
            </>
          )}
          <SaveLine {...line} onForget={isCloud && kept ? forget : undefined} />
        </Stack>
      </form>
      {!isCloud && <PhonePanel phone={phone} />}
      <TestLine key={number} channel="whatsapp" initial={number} isDirty={line.isDirty} isSimulated={provider?.simulated ?? false} />
    </ChannelCard>
  );
}
