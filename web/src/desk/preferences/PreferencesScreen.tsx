/** One's own notices, in the frame of the settings area. */
import { useTranslation } from 'react-i18next';
import { PreferencesForm } from '~/features/preferences';
import { addCatalog } from '~/i18n';
import { noticesEn } from '~/i18n/en/notices';
import { SettingsFrame } from '../settings/parts/SettingsFrame';

addCatalog('notices', noticesEn);

export function PreferencesScreen() {
  const { t } = useTranslation('notices');
  return <SettingsFrame place="preferences" title={t('preferences.title')} text={t('preferences.text')}><PreferencesForm kind="user" /></SettingsFrame>;
}
