/** The frame of the pages before sign-in: the mark, one card, nothing else. */
import '~/ui/mantine-more.css';
import { Anchor, Box, Group, Paper, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { addCatalog } from '~/i18n';
import { siteEn } from '~/i18n/en/site';
import { Mark } from '~/ui/Mark';
import { PageTitle } from '~/ui/PageTitle';

addCatalog('site', siteEn);

export function SitePage({ title, text, children, footer }: { title: string; text?: string; children: ReactNode; footer?: ReactNode }) {
  return (
    <Box mih="100%" p="md" component="main" style={{ paddingTop: 'calc(var(--fd-banners) + 16px)', display: 'grid', alignContent: 'center', justifyItems: 'center' }}>
      <Stack w="100%" maw={420} gap="lg" py="xl">
        <Anchor component={Link} to="/" underline="never" c="inherit" data-alone>
          <Group gap="sm"><Mark /><Text fw={600} size="lg">Frontdesk</Text></Group>
        </Anchor>
        <Paper withBorder p={{ base: 'md', xs: 'xl' }} shadow="none">
          <Stack gap="lg">
            <div>
              <PageTitle>{title}</PageTitle>
              {text && <Text size="sm" c="dimmed" mt={4}>{text}</Text>}
            </div>
            {children}
          </Stack>
        </Paper>
        {footer}
      </Stack>
    </Box>
  );
}
