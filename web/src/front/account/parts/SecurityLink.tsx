/** The way to passwords, the second factor and devices, which have a page of their own. */
import { Text } from '@mantine/core';
import { IconChevronRight, IconShieldCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { securityEn } from '~/i18n/en/security';
import { addCatalog } from '~/i18n';
import classes from './SecurityLink.module.css';

addCatalog('security', securityEn);

export function SecurityLink({ slug }: { slug: string }) {
  const { t } = useTranslation('security');
  return (
    <Link to="/client/security" search={{ business: slug }} className={classes['link']}>
      <IconShieldCheck size={22} stroke={1.5} aria-hidden />
      <span className={classes['words']}>
        <Text span display="block" fw={600}>{t('page.open')}</Text>
        <Text span display="block" size="xs" c="dimmed">{t('page.openText')}</Text>
      </span>
      <IconChevronRight size={18} aria-hidden />
    </Link>
  );
}
