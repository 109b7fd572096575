/** The left pane: search, the two tabs, the filters and the rows, and under them how the connection is doing. */
import { ActionIcon, Kbd, SegmentedControl, Tabs, TextInput, Title } from '@mantine/core';
import { useDebouncedValue, useHotkeys } from '@mantine/hooks';
import { IconEdit, IconSearch } from '@tabler/icons-react';
import { spotlight } from '@mantine/spotlight';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUserProfile, type Conversation } from '~/api';
import { flattenConversations, LiveLine, useConversations, userChat } from '~/features/messaging';
import { userLive } from '~/live';
import type { InboxFilter } from '../../routes';
import classes from '../messages.module.css';
import { useConversationChange } from '../useConversationChange';
import { ConversationList } from './ConversationList';
import { CustomerList } from './CustomerList';

const FROM = '/dashboard/messages/{-$conversationId}' as const;
const SEARCH_DELAY_MS = 250;

function fitsFilter(row: Conversation, filter: InboxFilter, userId: string | undefined): boolean {
  if (filter === 'mine') return row.assignedTo === userId;
  if (filter === 'unread') return row.unreadCount > 0;
  return true;
}

export function InboxPane({ selectedId }: { selectedId: string | null }) {
  const { t } = useTranslation('desk');
  const { tab, filter = 'all' } = useSearch({ from: FROM });
  const navigate = useNavigate();
  const profile = useUserProfile();
  const userId = profile?.user.id;
  const searchField = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), SEARCH_DELAY_MS);
  const isArchive = filter === 'archived';
  const query = useConversations(userChat, { status: isArchive ? 'archived' : 'active', ...(search && tab !== 'customers' ? { q: search } : {}) });
  const all = useMemo(() => flattenConversations(query.data), [query.data]);
  const rows = useMemo(() => all.filter((row) => row.id === selectedId && filter === 'unread' ? true : fitsFilter(row, filter, userId)), [all, filter, userId, selectedId]);
  const change = useConversationChange();

  const open = (conversationId: string) => void navigate({ to: FROM, params: { conversationId }, search: filter === 'all' ? {} : { filter } });
  const step = (by: number) => {
    if (tab === 'customers' || rows.length === 0) return;
    const at = rows.findIndex((row) => row.id === selectedId);
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next) open(next.id);
  };
  useHotkeys([
    ['/', () => searchField.current?.focus()],
    ['j', () => step(1)],
    ['k', () => step(-1)],
    ['r', () => document.querySelector<HTMLTextAreaElement>('[data-composer]')?.focus()],
    ['e', () => {
      const row = all.find((entry) => entry.id === selectedId);
      if (!row) return;
      step(rows.at(-1)?.id === row.id ? -1 : 1);
      void change(row.id, { status: row.status === 'archived' ? 'active' : 'archived' });
    }],
  ]);

  const counts = isArchive ? null : { all: all.length, mine: all.filter((row) => row.assignedTo === userId).length, unread: all.filter((row) => row.unreadCount > 0).length };
  const label = (name: InboxFilter, count?: number) => ({ value: name, label: <span className="tabular">{t(`messages.${name}`)}{count ? <span className={classes['filterCount']}> {count}{query.hasNextPage ? '+' : ''}</span> : null}</span> });

  return (
    <section className={classes['inbox']} aria-label={t('messages.title')}>
      <header className={classes['inboxHeader']}>
        <Title order={1}>{t('messages.title')}</Title>
        <ActionIcon size="lg" aria-label={t('messages.write')} title={t('messages.write')} onClick={() => void navigate({ to: FROM, params: selectedId ? { conversationId: selectedId } : {}, search: { tab: 'customers' } })}>
          <IconEdit size={20} stroke={1.5} />
        </ActionIcon>
      </header>
      <div className={classes['inboxTools']}>
        <TextInput
          ref={searchField}
          type="search"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && (setText(''), searchField.current?.blur())}
          placeholder={tab === 'customers' ? t('messages.searchCustomers') : t('messages.search')}
          aria-label={tab === 'customers' ? t('messages.searchCustomers') : t('messages.search')}
          leftSection={<IconSearch size={16} stroke={1.5} />}
          rightSection={text === '' ? <Kbd size="xs" visibleFrom="sm">/</Kbd> : null}
        />
        <Tabs value={tab ?? 'conversations'} onChange={(value) => void navigate({ to: FROM, params: selectedId ? { conversationId: selectedId } : {}, search: value === 'customers' ? { tab: 'customers' } : {} })}>
          <Tabs.List grow>
            <Tabs.Tab value="conversations">{t('messages.conversations')}</Tabs.Tab>
            <Tabs.Tab value="customers">{t('messages.customers')}</Tabs.Tab>
          </Tabs.List>
        </Tabs>
        {tab !== 'customers' && (
          <SegmentedControl
            fullWidth
            size="xs"
            value={filter}
            aria-label={t('messages.filter')}
            onChange={(value) => void navigate({ to: FROM, params: selectedId ? { conversationId: selectedId } : {}, search: value === 'all' ? {} : { filter: value as InboxFilter } })}
            data={[label('all', counts?.all), label('mine', counts?.mine), label('unread', counts?.unread), label('archived')]}
          />
        )}
      </div>
      {tab === 'customers' ? (
        <CustomerList search={search} />
      ) : (
        <ConversationList query={query} rows={rows} search={search} selectedId={selectedId} isFiltered={filter !== 'all' || search !== ''} onShowAll={() => (setText(''), void navigate({ to: FROM, params: selectedId ? { conversationId: selectedId } : {}, search: {} }))} onPickCustomer={() => void navigate({ to: FROM, params: {}, search: { tab: 'customers' } })} />
      )}
      <footer className={classes['inboxFooter']}>
        <LiveLine connection={userLive} suffix={t('messages.live', { count: isArchive ? 0 : all.length })} />
        <Kbd component="button" size="xs" onClick={spotlight.open} aria-label={`${t('palette.open')}, ⌘K`} style={{ cursor: 'pointer' }}>⌘K</Kbd>
      </footer>
    </section>
  );
}
