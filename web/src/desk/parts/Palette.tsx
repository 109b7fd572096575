/** ⌘K: go somewhere, find somebody, do something. */
import { useMantineColorScheme } from '@mantine/core';
import { useClipboard, useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconAntenna, IconBell, IconBellCog, IconBolt, IconCalendar, IconCalendarPlus, IconCode, IconHistory, IconHome, IconKey, IconLink, IconLogout, IconMail, IconMessageCircle, IconMoon, IconPlus, IconScissors, IconSearch, IconSend, IconServerCog, IconSettings, IconTemplate, IconUser, IconUserPlus, IconUsers, IconWebhook } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { customersQuery, useIsOperator, useRights } from '../queries';
import { useStorefrontLink } from '../useStorefrontLink';
import { useSignOut } from '../useSignOut';
import { useOpenConversation } from '../messages/useOpenConversation';

const SEARCH_DELAY_MS = 200;
const CUSTOMERS_SHOWN_MAX = 6;

export function Palette() {
  const { t } = useTranslation('desk');
  const navigate = useNavigate();
  const rights = useRights();
  const isOperator = useIsOperator();
  const link = useStorefrontLink();
  const clipboard = useClipboard();
  const signOut = useSignOut();
  const openConversation = useOpenConversation();
  const { toggleColorScheme } = useMantineColorScheme();
  const [query, setQuery] = useState('');
  const [search] = useDebouncedValue(query.trim(), SEARCH_DELAY_MS);
  const found = useQuery({ ...customersQuery(search, 1, CUSTOMERS_SHOWN_MAX), enabled: rights.mayManage && search.length >= 2 });
  const icon = { size: 18, stroke: 1.5 } as const;

  const actions: SpotlightActionGroupData[] = [
    {
      group: t('palette.go'),
      actions: [
        { id: 'overview', label: t('nav.overview'), leftSection: <IconHome {...icon} />, onClick: () => void navigate({ to: '/dashboard' }) },
        { id: 'messages', label: t('nav.messages'), leftSection: <IconMessageCircle {...icon} />, onClick: () => void navigate({ to: '/dashboard/messages/{-$conversationId}' }) },
        { id: 'appointments', label: t('nav.appointments'), leftSection: <IconCalendar {...icon} />, onClick: () => void navigate({ to: '/dashboard/appointments' }) },
        { id: 'services', label: t('nav.services'), leftSection: <IconScissors {...icon} />, onClick: () => void navigate({ to: '/dashboard/services' }) },
        ...(rights.mayManage
          ? [
              { id: 'events', label: t('nav.events'), leftSection: <IconBolt {...icon} />, onClick: () => void navigate({ to: '/dashboard/events' }) },
              { id: 'deliveries', label: t('nav.deliveries'), leftSection: <IconSend {...icon} />, onClick: () => void navigate({ to: '/dashboard/deliveries' }) },
              { id: 'mailbox', label: t('nav.mailbox'), leftSection: <IconMail {...icon} />, onClick: () => void navigate({ to: '/dashboard/mailbox/{-$mailId}', params: {} }) },
              { id: 'webhooks', label: t('nav.webhooks'), leftSection: <IconWebhook {...icon} />, onClick: () => void navigate({ to: '/dashboard/webhooks' }) },
              { id: 'channels', label: t('nav.channels'), leftSection: <IconAntenna {...icon} />, onClick: () => void navigate({ to: '/dashboard/channels' }) },
              { id: 'templates', label: t('nav.templates'), leftSection: <IconTemplate {...icon} />, onClick: () => void navigate({ to: '/dashboard/templates' }) },
              ...(rights.mayAdminister ? [{ id: 'keys', label: t('nav.keys'), leftSection: <IconKey {...icon} />, onClick: () => void navigate({ to: '/dashboard/keys' }) }] : []),
              { id: 'developers', label: t('nav.developers'), leftSection: <IconCode {...icon} />, onClick: () => void navigate({ to: '/dashboard/developers' }) },
            ]
          : []),
        ...(rights.mayManage ? [{ id: 'team', label: t('nav.team'), leftSection: <IconUsers {...icon} />, onClick: () => void navigate({ to: '/dashboard/team' }) }] : []),
        ...(rights.mayAdminister ? [{ id: 'audit', label: t('nav.audit'), leftSection: <IconHistory {...icon} />, onClick: () => void navigate({ to: '/dashboard/audit' }) }] : []),
        { id: 'notices', label: t('notices.title'), leftSection: <IconBell {...icon} />, onClick: () => void navigate({ to: '/dashboard/notices' }) },
        { id: 'preferences', label: t('user.preferences'), leftSection: <IconBellCog {...icon} />, onClick: () => void navigate({ to: '/dashboard/preferences' }) },
        { id: 'settings', label: t('nav.settings'), leftSection: <IconSettings {...icon} />, onClick: () => void navigate({ to: '/dashboard/settings' }) },
        ...(isOperator ? [{ id: 'operator', label: t('user.operator'), leftSection: <IconServerCog {...icon} />, onClick: () => void navigate({ to: '/operator' }) }] : []),
      ],
    },
    {
      group: t('palette.act'),
      actions: [
        ...(rights.mayAdminister ? [{ id: 'invite', label: t('palette.invite'), leftSection: <IconUserPlus {...icon} />, onClick: () => void navigate({ to: '/dashboard/team', search: { invite: true as const } }) }] : []),
        { id: 'new-appointment', label: t('palette.newAppointment'), leftSection: <IconCalendarPlus {...icon} />, onClick: () => void navigate({ to: '/dashboard/appointments', search: { new: true } }) },
        ...(rights.mayManage ? [{ id: 'new-service', label: t('palette.newService'), leftSection: <IconPlus {...icon} />, onClick: () => void navigate({ to: '/dashboard/services', search: { new: true as const } }) }] : []),
        { id: 'copy-link', label: t('palette.copyLink'), leftSection: <IconLink {...icon} />, onClick: () => (clipboard.copy(link), notifications.show({ message: t('palette.linkCopied') })) },
        { id: 'theme', label: t('user.theme'), leftSection: <IconMoon {...icon} />, onClick: () => toggleColorScheme() },
        { id: 'sign-out', label: t('user.signOut'), leftSection: <IconLogout {...icon} />, onClick: () => void signOut() },
      ],
    },
    ...(found.data && search.length >= 2 && found.data.rows.length > 0
      ? [{
          group: t('palette.customers'),
          actions: found.data.rows.map((customer) => ({
            id: customer.id,
            label: customer.name,
            description: [customer.email, customer.phone].filter(Boolean).join(' · ') || t('palette.writeTo'),
            keywords: query,
            leftSection: <IconUser {...icon} />,
            onClick: () => void openConversation(customer),
          })),
        }]
      : []),
  ];

  return (
    <Spotlight
      actions={actions}
      query={query}
      onQueryChange={setQuery}
      attributes={{ content: { 'aria-label': t('palette.open') } }}
      shortcut={['mod + K']}
      // The focus is in a field most of the time, in the composer above all: what is typed next is meant for the palette.
      tagsToIgnore={[]}
      nothingFound={t('palette.nothing')}
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{ leftSection: <IconSearch {...icon} />, placeholder: t('palette.placeholder'), 'aria-label': t('palette.open') }}
    />
  );
}
