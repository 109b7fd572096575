/** The left pane: search, the two tabs, the filters and the rows, and under them how the connection is doing. */
import { ActionIcon, Button, Kbd, Menu, SegmentedControl, Tabs, Text, TextInput } from '@mantine/core';
import { useDebouncedValue, useHotkeys } from '@mantine/hooks';
import { IconArchive, IconBan, IconCheck, IconEdit, IconFilter2, IconInbox, IconSearch } from '@tabler/icons-react';
import { spotlight } from '@mantine/spotlight';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUserProfile, type Conversation } from '~/api';
import { countUnread, flattenConversations, LiveLine, useConversations, userChat } from '~/features/messaging';
import { userLive } from '~/live';
import { DeskTitle } from '../../parts/DeskTitle';
import { useRights } from '../../queries';
import type { InboxFilter } from '../../routes';
import classes from '../messages.module.css';
import { useConversationChange } from '../useConversationChange';
import { useRestingSelection } from '../useRestingSelection';
import { ConversationList } from './ConversationList';
import { CustomerList } from './CustomerList';

const FROM = '/dashboard/messages/{-$conversationId}' as const;
const SEARCH_DELAY_MS = 250;

/** The three places a conversation can be in; the filters of the first look at what is open. */
const PLACES = [
  { filter: 'all', icon: IconInbox },
  { filter: 'archived', icon: IconArchive },
  { filter: 'blocked', icon: IconBan },
] as const;

function statusOf(filter: InboxFilter): Conversation['status'] {
  return filter === 'archived' || filter === 'blocked' ? filter : 'active';
}

function focusComposer(): void {
  document.querySelector<HTMLTextAreaElement>('[data-composer]')?.focus();
}

function fitsFilter(row: Conversation, filter: InboxFilter, userId: string | undefined): boolean {
  if (filter === 'mine') return row.assignedTo === userId;
  if (filter === 'unread') return row.unreadCount > 0;
  return true;
}

export function InboxPane({ selectedId }: { selectedId: string | null }) {
  const { t } = useTranslation('desk');
  const { tab: wantedTab, filter = 'all' } = useSearch({ from: FROM });
  const { mayManage } = useRights();
  // The list of all customers is for managers; the own conversations are there for everybody.
  const tab = mayManage ? wantedTab : undefined;
  const navigate = useNavigate();
  const profile = useUserProfile();
  const userId = profile?.user.id;
  const searchField = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), SEARCH_DELAY_MS);
  const status = statusOf(filter);
  const query = useConversations(userChat, { status, ...(search && tab !== 'customers' ? { q: search } : {}) });
  const all = useMemo(() => flattenConversations(query.data), [query.data]);
  const rows = useMemo(() => all.filter((row) => row.id === selectedId && filter === 'unread' ? true : fitsFilter(row, filter, userId)), [all, filter, userId, selectedId]);
  const change = useConversationChange();

  const show = (next: InboxFilter) => void navigate({ to: FROM, params: selectedId ? { conversationId: selectedId } : {}, search: next === 'all' ? {} : { filter: next } });
  const wantsReply = useRef(false);
  const open = async (conversationId: string) => {
    await navigate({ to: FROM, params: { conversationId }, search: filter === 'all' ? {} : { filter } });
    if (wantsReply.current) focusComposer();
    wantsReply.current = false;
  };
  const { markedId, mark, settle } = useRestingSelection(selectedId, (id) => void open(id));
  const step = (by: number) => {
    if (tab === 'customers' || rows.length === 0) return;
    const at = rows.findIndex((row) => row.id === markedId);
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next && next.id !== markedId) mark(next.id);
  };
  useHotkeys([
    ['/', () => searchField.current?.focus()],
    ['j', () => step(1)],
    ['k', () => step(-1)],
    ['r', () => {
      // The answer is to whom the mark is on, never to the one before, who is still on the screen.
      if (markedId === selectedId) return focusComposer();
      wantsReply.current = true;
      settle();
    }],
    ['e', () => {
      const row = all.find((entry) => entry.id === markedId);
      // A blocked conversation is let back in by its own button, never by a key.
      if (!row || row.status === 'blocked') return;
      step(rows.at(-1)?.id === row.id ? -1 : 1);
      void change(row.id, { status: row.status === 'archived' ? 'active' : 'archived' });
    }],
  ]);

  const unread = countUnread(query.data);
  const counts = { all: all.length, mine: all.filter((row) => row.assignedTo === userId).length, unread: unread.count };
  const label = (name: 'all' | 'mine' | 'unread', count: number) => ({ value: name, label: <span className="tabular">{t(`messages.${name}`)}{count > 0 ? <span className={classes['filterCount']}> {count}{query.hasNextPage && !(name === 'unread' && unread.isExact) ? '+' : ''}</span> : null}</span> });

  // While one searches, the rows are what was found, in names and in messages, and no count of what is open.
  const isCounted = status === 'active' && tab !== 'customers' && query.data !== undefined && search === '';
  const footerWords = isCounted ? t('messages.live', { count: all.length, more: query.hasNextPage ? '+' : '' }) : undefined;

  return (
    <section className={classes['inbox']} aria-label={t('messages.title')}>
      <header className={classes['inboxHeader']}>
        <DeskTitle flex={1}>{t('messages.title')}</DeskTitle>
        <Menu position="bottom-end" width={200}>
          <Menu.Target><ActionIcon size="lg" aria-label={t('messages.places')} title={t('messages.places')}><IconFilter2 size={20} stroke={1.5} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            {PLACES.map(({ filter: place, icon: Icon }) => (
              <Menu.Item key={place} leftSection={<Icon size={16} stroke={1.5} />} rightSection={tab !== 'customers' && status === statusOf(place) ? <IconCheck size={14} stroke={2} /> : null} onClick={() => show(place)}>
                {t(place === 'all' ? 'messages.open' : `messages.${place}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        {mayManage && <ActionIcon size="lg" aria-label={t('messages.write')} title={t('messages.write')} onClick={() => void navigate({ to: FROM, params: selectedId ? { conversationId: selectedId } : {}, search: { tab: 'customers' } })}>
          <IconEdit size={20} stroke={1.5} />
        </ActionIcon>}
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
        {mayManage && <Tabs value={tab ?? 'conversations'} onChange={(value) => void navigate({ to: FROM, params: selectedId ? { conversationId: selectedId } : {}, search: value === 'customers' ? { tab: 'customers' } : {} })}>
          <Tabs.List grow>
            <Tabs.Tab value="conversations">{t('messages.conversations')}</Tabs.Tab>
            <Tabs.Tab value="customers">{t('messages.customers')}</Tabs.Tab>
          </Tabs.List>
        </Tabs>}
        {tab !== 'customers' && status === 'active' && (
          <SegmentedControl
            fullWidth
            size="xs"
            value={filter}
            aria-label={t('messages.filter')}
            onChange={(value) => show(value as InboxFilter)}
            data={[label('all', counts.all), label('mine', counts.mine), label('unread', counts.unread)]}
          />
        )}
        {tab !== 'customers' && status !== 'active' && (
          <div className={classes['place']}>
            <Text fw={600} size="sm">{t(`messages.${status}`)}</Text>
            <Button size="xs" variant="default" onClick={() => show('all')}>{t('messages.toOpen')}</Button>
          </div>
        )}
      </div>
      {tab === 'customers' ? (
        <CustomerList search={search} />
      ) : (
        <ConversationList query={query} rows={rows} search={search} selectedId={markedId} isFiltered={filter !== 'all' || search !== ''} onShowAll={() => (setText(''), void navigate({ to: FROM, params: selectedId ? { conversationId: selectedId } : {}, search: {} }))} onPickCustomer={!mayManage ? undefined : () => void navigate({ to: FROM, params: {}, search: { tab: 'customers' } })} />
      )}
      <footer className={classes['inboxFooter']}>
        <LiveLine connection={userLive} suffix={footerWords} />
        <Kbd component="button" size="xs" visibleFrom="sm" onClick={spotlight.open} aria-label={`${t('palette.open')}, ⌘K`} style={{ cursor: 'pointer' }}>⌘K</Kbd>
      </footer>
    </section>
  );
}
