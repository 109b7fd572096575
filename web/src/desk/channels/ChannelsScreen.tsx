/** The ways that messages leave: one card each, with who carries it, a switch, its details and a test. */
import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { StateView } from '~/ui';
import { Card } from '../parts/Page';
import { Door, SetupPage } from '../parts/SetupPage';
import classes from './channels.module.css';
import { EmailCard } from './parts/EmailCard';
import { SmsCard } from './parts/SmsCard';
import { WebhookCard } from './parts/WebhookCard';
import { WhatsappCard } from './parts/WhatsappCard';
import { channelsQuery } from './queries';

const CARDS = 4;

export function ChannelsScreen() {
  return <Door needs="mayManage" place="channels"><Channels /></Door>;
}

function Channels() {
  const { t } = useTranslation('setup');
  const query = useQuery(channelsQuery);
  return (
    <SetupPage title={t('channels.title')} text={t('channels.text')}>
      <StateView query={query} loading={<div className={classes['cards']} aria-hidden>{Array.from({ length: CARDS }, (_, key) => <Card key={key}><Stack p="md" gap="sm"><Skeleton height={20} width={140} /><Skeleton height={12} width="70%" /><Skeleton height={32} /><Skeleton height={52} /></Stack></Card>)}</div>}>
        {({ value }) => (
          <div className={classes['cards']}>
            <EmailCard channels={value} />
            <SmsCard channels={value} />
            <WhatsappCard channels={value} />
            <WebhookCard channels={value} />
          </div>
        )}
      </StateView>
    </SetupPage>
  );
}
