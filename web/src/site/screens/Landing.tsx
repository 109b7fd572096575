/** The first page of the house: what it is, and the two ways in. */
import { Anchor, Box, Button, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconCalendarCheck, IconMessages, IconShieldCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useUserProfile } from '~/api';
import { addCatalog } from '~/i18n';
import { siteEn } from '~/i18n/en/site';
import { Mark } from '~/ui/Mark';
import { PageTitle } from '~/ui/PageTitle';

addCatalog('site', siteEn);

export function Landing() {
  const { t } = useTranslation('site');
  const profile = useUserProfile();
  const points = [
    { icon: IconCalendarCheck, words: t('pointBook') },
    { icon: IconMessages, words: t('pointChat') },
    { icon: IconShieldCheck, words: t('pointKeep') },
  ];
  return (
    <Box mih="100%" px="md" pb="lg" pt="calc(var(--fd-banners) + 20px)" maw={960} mx="auto">
      <Group justify="space-between" component="header">
        <Group gap="sm"><Mark /><Text fw={600} size="lg">Frontdesk</Text></Group>
        {!profile && <Anchor component={Link} to="/sign-in" fw={600} size="sm" py="sm" data-alone>{t('signIn')}</Anchor>}
      </Group>
      <Stack component="main" gap="xl" maw={620} pt={{ base: 48, sm: 120 }}>
        <PageTitle fz={{ base: 32, sm: 44 }} lh={1.12} style={{ letterSpacing: '-0.02em' }}>{t('landingTitle')}</PageTitle>
        <Text fz={{ base: 16, sm: 18 }} lh={1.5} c="dimmed">{t('landingText')}</Text>
        <Group gap="sm">
          {profile ? (
            <Button component={Link} to="/dashboard" size="lg">{t('openDesk')}</Button>
          ) : (
            <>
              <Button component={Link} to="/sign-up" size="lg">{t('createAccount')}</Button>
              <Button component={Link} to="/sign-in" size="lg" variant="default">{t('signIn')}</Button>
            </>
          )}
        </Group>
        <Stack component="ul" gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
          {points.map(({ icon: Icon, words }) => (
            <Group key={words} component="li" gap="sm" wrap="nowrap">
              <ThemeIcon variant="light" size={36} radius="md" aria-hidden><Icon size={20} stroke={1.5} /></ThemeIcon>
              <Text fz={{ base: 15, sm: 16 }} lh={1.45}>{words}</Text>
            </Group>
          ))}
        </Stack>
      </Stack>
    </Box>
  );
}
