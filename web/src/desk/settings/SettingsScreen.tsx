/** The business, its hours, its page, and one's own account. */
import { Tabs, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../parts/Page';
import { SETTINGS_TABS, type SettingsTab } from '../routes';
import { AccountSettings } from './parts/AccountSettings';
import { BusinessSettings } from './parts/BusinessSettings';
import { HoursSettings } from './parts/HoursSettings';
import { StorefrontSettings } from './parts/StorefrontSettings';
import classes from './settings.module.css';

export function SettingsScreen() {
  const { t } = useTranslation('desk');
  const { tab = 'business' } = useSearch({ from: '/dashboard/settings' });
  const navigate = useNavigate({ from: '/dashboard/settings' });
  return (
    <Page title={t('settings.title')}>
      <Tabs value={tab} onChange={(next) => void navigate({ search: { tab: next as SettingsTab }, replace: true })} keepMounted={false}>
        <Tabs.List mb="md" className={classes['tabs'] ?? ''}>
          {SETTINGS_TABS.map((name) => (
            <Tabs.Tab key={name} value={name} className={classes['tab'] ?? ''}>
              <Text span inherit visibleFrom="sm">{t(`settings.${name}`)}</Text>
              <Text span inherit hiddenFrom="sm">{t(`settings.short.${name}`)}</Text>
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="business"><BusinessSettings /></Tabs.Panel>
        <Tabs.Panel value="hours"><HoursSettings /></Tabs.Panel>
        <Tabs.Panel value="storefront"><StorefrontSettings /></Tabs.Panel>
        <Tabs.Panel value="account"><AccountSettings /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}
