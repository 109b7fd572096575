/** E-mail: by the house's server, or by the business's own. */
import { Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useUserProfile, type Channels, type ChannelsChange } from '~/api';
import classes from '../channels.module.css';
import { useChannelForm } from '../useChannelForm';
import { ChannelCard, SaveLine, useForget, useWho } from './ChannelCard';
import { SecretInput } from './SecretInput';
import { TestLine } from './TestLine';

const TLS_WORDS = ['starttls', 'tls', 'none'] as const;
type Tls = (typeof TLS_WORDS)[number];
const USUAL_PORT = '587';

function read(channels: Channels) {
  const { smtp } = channels;
  return { way: channels.useCustomerSmtp ? 'own' : 'system', replyTo: channels.replyTo ?? '', host: smtp?.host ?? '', port: String(smtp?.port ?? USUAL_PORT), user: smtp?.user ?? '', password: '', from: smtp?.from ?? '', tls: (smtp?.tls ?? 'starttls') as Tls };
}

function write(fields: ReturnType<typeof read>, channels: Channels): ChannelsChange {
  const isOwn = fields.way === 'own';
  const { host, user, from, tls, password } = fields;
  return {
    useCustomerSmtp: isOwn,
    ...(fields.replyTo !== (channels.replyTo ?? '') ? { replyTo: fields.replyTo.trim() || null } : {}),
    ...(isOwn ? { smtp: { host: host.trim(), port: Number(fields.port) || 0, user: user.trim(), from: from.trim(), tls, ...(password ? { password } : {}) } } : {}),
  };
}

const NAMES = { replyTo: 'replyTo', 'smtp.host': 'host', 'smtp.port': 'port', 'smtp.user': 'user', 'smtp.password': 'password', 'smtp.from': 'from', 'smtp.tls': 'tls' } as const;

export function EmailCard({ channels }: { channels: Channels }) {
  const { t } = useTranslation('setup');
  const ownEmail = useUserProfile()?.user.email ?? '';
  const provider = channels.providers.find(({ channel }) => channel === 'email');
  const who = useWho('email', channels.emailEnabled, provider);
  const { form, submit, ...line } = useChannelForm({ channels, read, write, names: NAMES });
  const forget = useForget('email', { useCustomerSmtp: false, smtp: null });
  const isOwn = form.values.way === 'own';
  return (
    <ChannelCard channel="email" isOn={channels.emailEnabled} switchTo={(emailEnabled) => ({ emailEnabled })} who={who}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <SegmentedControl fullWidth aria-label={t('channels.ways', { channel: t('channels.email') })} data={[{ value: 'system', label: t('channels.viaSystem') }, { value: 'own', label: t('channels.viaOwn') }]} {...form.getInputProps('way')} />
          {!isOwn && <Text size="sm" c="dimmed">{t('channels.systemMail')}</Text>}
          {isOwn && (
            <>
              <Group gap="sm" align="flex-start" wrap="nowrap">
                <TextInput flex={1} label={t('channels.host')} placeholder={t('channels.hostPlaceholder')} {...form.getInputProps('host')} />
                <TextInput w={84} label={t('channels.port')} inputMode="numeric" maxLength={5} {...form.getInputProps('port')} />
              </Group>
              <Select label={t('channels.tls')} allowDeselect={false} data={TLS_WORDS.map((value) => ({ value, label: t(`channels.tlsWords.${value}`) }))} {...form.getInputProps('tls')} />
              <div className={classes['pair']}>
                <TextInput label={t('channels.user')} description={t('channels.userHint')} autoComplete="off" {...form.getInputProps('user')} />
                <SecretInput label={t('channels.password')} isKept={channels.smtp?.hasPassword ?? false} {...form.getInputProps('password')} />
              </div>
              <TextInput label={t('channels.from')} placeholder={t('channels.fromPlaceholder')} {...form.getInputProps('from')} />
            </>
          )}
          <TextInput label={t('channels.replyTo')} description={t('channels.replyToHint')} placeholder={t('channels.replyToPlaceholder')} type="email" {...form.getInputProps('replyTo')} />
          <SaveLine {...line} onForget={isOwn && channels.smtp ? forget : undefined} />
        </Stack>
      </form>
      <TestLine channel="email" initial={ownEmail} isDirty={line.isDirty} isSimulated={provider?.simulated ?? false} />
    </ChannelCard>
  );
}
