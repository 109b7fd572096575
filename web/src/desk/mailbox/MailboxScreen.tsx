/** What customers would have found in their mail: the list, and one mail as its reader sees it. One pane at a time on a phone. */
import { ActionIcon, Button, Skeleton, TextInput } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconFilterOff, IconMail, IconMailForward, IconMailOpened, IconRefresh, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MailLine } from '~/api';
import { ErrorState, formatAgo, StateMessage } from '~/ui';
import { channelsQuery } from '../channels/queries';
import { DeskTitle } from '../parts/DeskTitle';
import { LogList } from '../parts/LogList';
import { ManagersOnly, SpineNav } from '../parts/SpineNav';
import { useBusinessZone } from '../queries';
import classes from './mailbox.module.css';
import { MailPane } from './parts/MailPane';
import { mailsQuery } from './queries';
import { useLiveMailbox } from './useLiveMailbox';

const FROM = '/dashboard/mailbox/{-$mailId}' as const;
const ROW_HEIGHT = 78;
const TYPING_MS = 250;
const SEARCH_CHARACTERS_MAX = 100;
const SKELETON_ROWS = 7;

export function MailboxScreen() {
  return <ManagersOnly place="mailbox"><Mailbox /></ManagersOnly>;
}

function Mailbox() {
  const { t } = useTranslation('events');
  const { mailId } = useParams({ from: FROM });
  const { q = '' } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const query = useInfiniteQuery(mailsQuery(q));
  const reread = useLiveMailbox(q);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows) ?? [], [query.data]);
  const newest = query.data?.pages[0];
  const isSimulated = newest?.simulated ?? true;
  const isEmpty = query.data !== undefined && rows.length === 0 && q === '' && !mailId;
  const [clearings, setClearings] = useState(0);
  const search = (text: string) => void navigate({ to: FROM, params: mailId ? { mailId } : {}, search: { q: text || undefined }, replace: true });
  const clear = () => {
    setClearings(clearings + 1);
    search('');
  };
  const toList = () => void navigate({ to: FROM, params: {}, search: { q: q || undefined } });
  return (
    <div className={classes['page']} data-open={mailId !== undefined || undefined} data-empty={isEmpty || undefined}>
      <div className={classes['nav']}><SpineNav /></div>
      <section className={classes['inbox']} aria-label={t('mailbox.list')}>
        <header className={classes['header']}>
          <div className={classes['titleRow']}>
            <DeskTitle>{t('mailbox.title')}</DeskTitle>
            <span className={classes['spring']} />
            <ActionIcon onClick={reread} loading={query.isFetching && !query.isFetchingNextPage && !query.isPending} aria-label={t('mailbox.refresh')} title={t('mailbox.refresh')}><IconRefresh size={18} stroke={1.5} /></ActionIcon>
          </div>
          <SearchField key={clearings} value={q} onSearch={search} />
          {rows.length > 0 && isSimulated && <p className={classes['simulated']}>{t('mailbox.simulated')}</p>}
          {rows.length > 0 && newest && <p className={classes['simulated']}>{t('mailbox.kept', { mails: newest.keptMax, days: newest.keptDays })}</p>}
        </header>
        {query.error && !query.data ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : query.isPending ? (
          <RowsSkeleton />
        ) : rows.length === 0 ? (
          <Nothing isSearching={q !== ''} isSimulated={isSimulated} onClear={clear} />
        ) : (
          <LogList key={q} label={t('mailbox.list')} rows={rows} rowHeight={ROW_HEIGHT} query={query} newWords={(count) => t('mailbox.new', { count })}>
            {(row) => <MailRow mail={row} isOpen={row.id === mailId} q={q} />}
          </LogList>
        )}
      </section>
      <section className={classes['pane']} aria-label={t('mailbox.frame')}>
        {mailId ? <MailPane key={mailId} id={mailId} onBack={toList} /> : rows.length > 0 && <StateMessage icon={<IconMailOpened size={22} stroke={1.5} />} title={t('mailbox.pick')} text={t('mailbox.pickText')} />}
      </section>
    </div>
  );
}

function SearchField({ value, onSearch }: { value: string; onSearch: (text: string) => void }) {
  const { t } = useTranslation('events');
  const field = useRef<HTMLInputElement>(null);
  const setText = useDebouncedCallback((text: string) => onSearch(text.trim()), TYPING_MS);
  useHotkeys([['/', () => field.current?.focus()]]);
  return <TextInput ref={field} type="search" defaultValue={value} maxLength={SEARCH_CHARACTERS_MAX} leftSection={<IconSearch size={16} stroke={1.5} />} placeholder={t('mailbox.search')} aria-label={t('mailbox.search')} onChange={(event) => setText(event.currentTarget.value)} />;
}

function MailRow({ mail, isOpen, q }: { mail: MailLine; isOpen: boolean; q: string }) {
  const { t } = useTranslation('events');
  const zone = useBusinessZone();
  return (
    <Link className={classes['row']} data-row data-open={isOpen || undefined} aria-current={isOpen || undefined} to={FROM} params={{ mailId: mail.id }} search={{ q: q || undefined }}>
      <span className={classes['rowTop']}><span className={classes['rowTo']}>{mail.to.join(', ')}</span><time dateTime={mail.receivedAt}>{formatAgo(mail.receivedAt, zone)}</time></span>
      <strong>{mail.subject}</strong>
      <span className={classes['rowPreview']}>{mail.isSecurity ? t('mailbox.security') : mail.preview}</span>
    </Link>
  );
}

function Nothing({ isSearching, isSimulated, onClear }: { isSearching: boolean; isSimulated: boolean; onClear: () => void }) {
  const { t } = useTranslation('events');
  if (isSearching) return <StateMessage icon={<IconFilterOff size={22} stroke={1.5} />} title={t('mailbox.noneTitle')} text={t('mailbox.noneText')} action={<Button variant="default" onClick={onClear}>{t('mailbox.clear')}</Button>} />;
  if (!isSimulated) return <NothingKept />;
  return <StateMessage icon={<IconMail size={22} stroke={1.5} />} tone="brand" title={t('mailbox.emptyTitle')} text={t('mailbox.emptyText')} action={<Button renderRoot={(props) => <Link {...props} to="/dashboard/developers" />}>{t('mailbox.emptyAction')}</Button>} />;
}

/** Without simulators mails go to their readers, or wait where nobody carries them yet. */
function NothingKept() {
  const { t } = useTranslation('events');
  const channels = useQuery(channelsQuery);
  if (channels.isPending) return null;
  const icon = <IconMailForward size={22} stroke={1.5} />;
  const provider = channels.data?.value.providers.find(({ channel }) => channel === 'email')?.provider;
  if (provider === 'none') return <StateMessage icon={icon} title={t('mailbox.serverlessTitle')} text={t('mailbox.serverlessText')} action={<Button renderRoot={(props) => <Link {...props} to="/dashboard/channels" />}>{t('mailbox.serverlessAction')}</Button>} />;
  return <StateMessage icon={icon} title={t('mailbox.realTitle')} text={t('mailbox.realText')} action={<Button variant="default" renderRoot={(props) => <Link {...props} to="/dashboard/deliveries" search={{ channel: 'email' }} />}>{t('mailbox.realAction')}</Button>} />;
}

function RowsSkeleton() {
  return (
    <div aria-hidden>
      {Array.from({ length: SKELETON_ROWS }, (_, key) => (
        <div key={key} className={classes['row']}><Skeleton height={10} width={150 + ((key * 37) % 50)} /><Skeleton height={12} width={180 + ((key * 53) % 60)} mt={8} /><Skeleton height={10} width="85%" mt={8} /></div>
      ))}
    </div>
  );
}
