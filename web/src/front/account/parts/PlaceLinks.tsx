/** The ways to what has a page of its own: notices, and passwords, the second factor and devices. */
import { Badge, Stack, Text } from '@mantine/core';
import { IconBell, IconChevronRight, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { unreadQuery } from '../../notices/queries';
import classes from './PlaceLinks.module.css';

const PLACES = [
  { to: '/client/notices', name: 'notices', icon: IconBell },
  { to: '/client/security', name: 'security', icon: IconShieldCheck },
] as const;

export function PlaceLinks({ slug, customerId }: { slug: string; customerId: string }) {
  const { t } = useTranslation('front');
  const unread = useQuery(unreadQuery(customerId)).data ?? 0;
  return (
    <Stack gap="sm">
      {PLACES.map(({ to, name, icon: Icon }) => (
        <Link key={name} to={to} search={{ business: slug }} className={classes['link']}>
          <Icon size={22} stroke={1.5} aria-hidden />
          <span className={classes['words']}>
            <Text span display="block" fw={600}>{t(`account.place.${name}`)}</Text>
            <Text span display="block" size="xs" c="dimmed">{t(`account.placeText.${name}`)}</Text>
          </span>
          {name === 'notices' && unread > 0 && <Badge style={{ flexShrink: 0 }}>{t('account.unread', { count: unread })}</Badge>}
          <IconChevronRight size={18} aria-hidden />
        </Link>
      ))}
    </Stack>
  );
}
