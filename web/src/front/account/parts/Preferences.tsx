/** What the customer wants to hear from this business, by which way, and when not. */
import '@mantine/dates/styles.layer.css';
import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PreferencesForm } from '~/features/preferences';
import { addCatalog } from '~/i18n';
import { noticesEn } from '~/i18n/en/notices';

addCatalog('notices', noticesEn);

export function Preferences() {
  const { t } = useTranslation('notices');
  return (
    <section aria-labelledby="front-notices">
      <Title order={2} id="front-notices" mb="xs">{t('preferences.title')}</Title>
      <PreferencesForm kind="customer" />
    </section>
  );
}
