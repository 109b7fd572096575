/** The link of the booking page, ready to be shared. */
import { Button, CopyButton, Text } from '@mantine/core';
import { IconArrowRight, IconCheck, IconCopy, IconWorld } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStorefrontLink } from '../useStorefrontLink';
import { OverviewCard } from './OverviewCard';
import classes from './overview.module.css';

export function ShareCard() {
  const { t } = useTranslation('desk');
  const link = useStorefrontLink();
  return (
    <OverviewCard icon={<IconWorld size={16} stroke={1.5} />} tone="good" title={t('overview.page')} figure={null} link={<a href={link} target="_blank" rel="noreferrer">{t('overview.openPage')}<IconArrowRight size={16} stroke={1.75} aria-hidden /></a>}>
      <div className={classes['share']}>
        <Text size="xs" c="dimmed">{t('overview.pageText')}</Text>
        <code>{link.replace(/^https?:\/\//, '')}</code>
        <CopyButton value={link}>
          {({ copied, copy }) => <Button variant="default" fullWidth onClick={copy} leftSection={copied ? <IconCheck size={16} stroke={2} /> : <IconCopy size={16} stroke={1.5} />}>{copied ? t('settings.copied') : t('overview.share')}</Button>}
        </CopyButton>
      </div>
    </OverviewCard>
  );
}
