/** The frame of a channel's card: what it is, who answers, and its switch. */
import { Alert, Badge, Button, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, type ChannelKind, type ChannelProvider, type ChannelsChange } from '~/api';
import { ChannelIcon } from '../../events/parts/Marks';
import marks from '../../events/parts/marks.module.css';
import { Card } from '../../parts/Page';
import classes from '../channels.module.css';
import { useChannelsChange } from '../queries';

export type CardChannel = 'email' | 'sms' | 'whatsapp' | 'webhook';

export interface Who {
  tone: 'good' | 'waiting' | 'quiet' | 'failed';
  words: string;
  /** Why nobody answers, and what happens meanwhile. */
  reason?: string | undefined;
}

/** Who would carry a message now. */
export function useWho(channel: CardChannel, isOn: boolean, provider: ChannelProvider | undefined): Who {
  const { t } = useTranslation('setup');
  if (!isOn) return { tone: 'quiet', words: t('channels.who.off') };
  if (!provider || provider.provider === 'none') return { tone: 'waiting', words: t('channels.who.none'), reason: [provider?.reason, t('channels.waits')].filter(Boolean).join(' ') };
  if (provider.simulated) return { tone: 'waiting', words: t('channels.who.simulated') };
  if (provider.provider === 'own') return { tone: 'good', words: t(channel === 'email' ? 'channels.who.ownEmail' : 'channels.who.own') };
  return { tone: 'good', words: t('channels.who.system') };
}

interface Props {
  channel: CardChannel;
  isOn: boolean;
  /** How the switch is called; absent where it is set otherwise. */
  switchTo: (isOn: boolean) => ChannelsChange;
  /** The switch does nothing before there is something to switch on. */
  isReady?: boolean;
  who: Who;
  children: ReactNode;
}

export function ChannelCard({ channel, isOn, switchTo, isReady = true, who, children }: Props) {
  const { t } = useTranslation('setup');
  const change = useChannelsChange();
  const name = t(`channels.${channel}`);
  const flip = (next: boolean) =>
    change.mutate(switchTo(next), {
      onSuccess: () => notifications.show({ message: t(next ? 'channels.switchedOn' : 'channels.switchedOff', { channel: name }) }),
      onError: (error) => {
        const problem = toProblem(error);
        notifications.show({ color: 'red', title: t('failed'), message: problem.errors[0]?.message ?? problem.detail });
      },
    });
  // Shown as it was meant until the server has answered.
  const shown = change.isPending && change.variables ? !isOn : isOn;
  return (
    <Card className={classes['card']}>
      <header className={classes['head']}>
        <span className={classes['icon']}><ChannelIcon channel={channel as ChannelKind} size={20} /></span>
        <div className={classes['title']}>
          <Title order={2}>{name}</Title>
          <Text size="xs" c="dimmed">{t(`channels.${channel}Text`)}</Text>
        </div>
        <Switch size="md" checked={shown} disabled={!isReady && !isOn} aria-label={t('channels.switchOf', { channel: name })} onChange={({ currentTarget }) => flip(currentTarget.checked)} />
      </header>
      <Stack gap="md" p="md" pt={0}>
        <div aria-live="polite">
          <Badge className={`${marks['badge']} ${classes['who']}`} data-tone={who.tone} fw={600}>{who.words}</Badge>
          {who.reason && <Text size="xs" c="dimmed" mt={4}>{who.reason}</Text>}
        </div>
        {children}
      </Stack>
    </Card>
  );
}

interface SavingProps {
  isDirty: boolean;
  isSaving: boolean;
  isConflict: boolean;
  words: string | null;
  discard: () => void;
  /** Deletes what is kept, with its secrets. */
  onForget?: (() => void) | undefined;
}

/** The end of a card's form. */
export function SaveLine({ isDirty, isSaving, isConflict, words, discard, onForget }: SavingProps) {
  const { t } = useTranslation('setup');
  return (
    <>
      {isConflict && <Alert color="yellow" role="alert">{t('conflict')}</Alert>}
      {words && <Alert color="red" role="alert">{words}</Alert>}
      {(isDirty || onForget) && (
        <Group gap="xs" justify="flex-end">
          {onForget && !isDirty && <Button variant="subtle" color="gray" size="xs" onClick={onForget}>{t('channels.forget')}</Button>}
          {isDirty && <Button variant="default" onClick={discard}>{t('discard')}</Button>}
          {isDirty && <Button type="submit" loading={isSaving}>{t('save')}</Button>}
        </Group>
      )}
    </>
  );
}

/** Asks, then deletes an account's details here. */
export function useForget(channel: CardChannel, change: ChannelsChange): () => void {
  const { t } = useTranslation('setup');
  const save = useChannelsChange();
  return () =>
    modals.openConfirmModal({
      title: t('channels.forgetTitle', { channel: t(`channels.${channel}`) }),
      children: <Text size="sm">{t('channels.forgetText')}</Text>,
      labels: { confirm: t('channels.forgetConfirm'), cancel: t('cancel') },
      confirmProps: { color: 'red' },
      onConfirm: () =>
        save.mutate(change, {
          onSuccess: () => notifications.show({ message: t('channels.forgotten') }),
          onError: (error) => notifications.show({ color: 'red', title: t('failed'), message: toProblem(error).detail }),
        }),
    });
}
