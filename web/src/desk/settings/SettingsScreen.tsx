/** The settings area: on a phone its places first, on a desktop what is open beside them. */
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ClosedPlace } from '../parts/Closed';
import { DeskTitle } from '../parts/DeskTitle';
import { Door } from '../parts/SetupPage';
import { useRights } from '../queries';
import type { SettingsTab } from '../routes';
import { mayEnter, PLACES } from './places';
import { AccountSettings } from './parts/AccountSettings';
import { BusinessSettings } from './parts/BusinessSettings';
import { HoursSettings } from './parts/HoursSettings';
import { PolicySettings } from './parts/PolicySettings';
import { ReachSettings } from './parts/ReachSettings';
import { SettingsFrame, useIsPhone } from './parts/SettingsFrame';
import { SettingsNav } from './parts/SettingsNav';
import { StorefrontSettings } from './parts/StorefrontSettings';
import classes from './settings.module.css';

export function SettingsScreen() {
  const { t } = useTranslation('desk');
  const { tab } = useSearch({ from: '/dashboard/settings' });
  const rights = useRights();
  const isPhone = useIsPhone();
  if (!tab && isPhone) {
    return (
      <div className={classes['index']}>
        <DeskTitle>{t('settings.title')}</DeskTitle>
        <SettingsNav current={null} />
      </div>
    );
  }
  return <Tab name={tab ?? (rights.mayManage ? 'business' : 'account')} />;
}

const SCREENS: Record<SettingsTab, { place: 'profile' | Exclude<SettingsTab, 'business'>; show: () => React.ReactNode }> = {
  business: { place: 'profile', show: () => <BusinessSettings /> },
  hours: { place: 'hours', show: () => <HoursSettings /> },
  storefront: { place: 'storefront', show: () => <StorefrontSettings /> },
  account: { place: 'account', show: () => <AccountSettings /> },
  policy: { place: 'policy', show: () => <PolicySettings /> },
  reach: { place: 'reach', show: () => <ReachSettings /> },
};

function Tab({ name }: { name: SettingsTab }) {
  const { t } = useTranslation('team');
  const rights = useRights();
  const { place, show } = SCREENS[name];
  const needs = PLACES.find((entry) => entry.name === place)?.needs ?? 'anybody';
  const text = place === 'policy' ? t('policy.text') : place === 'reach' ? t('reach.text') : undefined;
  return (
    <SettingsFrame place={place} title={t(`places.${place}`)} {...(text ? { text } : {})}>
      {needs === 'anybody' || mayEnter(rights, needs) ? show() : <Door needs={needs} place={place as ClosedPlace} isInside>{null}</Door>}
    </SettingsFrame>
  );
}
