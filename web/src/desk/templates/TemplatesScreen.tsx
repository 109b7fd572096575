/** Every text, by event and by channel: the built-in one, or the business's own. */
import { Button, Select, Skeleton, Switch, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconFilterOff, IconPencil, IconSearch, IconTemplate } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TemplateLine } from '~/api';
import { StateMessage, StateView } from '~/ui';
import { ChannelIcon } from '../events/parts/Marks';
import { Card } from '../parts/Page';
import { Door, SetupPage } from '../parts/SetupPage';
import { CHANNELS, groupTypes, isTextChannel } from './model';
import { templatesQuery } from './queries';
import classes from './templates.module.css';

const FROM = '/dashboard/templates' as const;
const TYPING_MS = 200;
const SEARCH_CHARACTERS_MAX = 80;
const SKELETON_ROWS = 8;
const USUAL_LANGUAGE = 'en';

export function TemplatesScreen() {
  return <Door needs="mayManage" place="templates"><Templates /></Door>;
}

function Templates() {
  const { t } = useTranslation('setup');
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const go = (change: Partial<typeof search>) => void navigate({ search: (known) => ({ ...known, ...change }), replace: true });
  const query = useQuery(templatesQuery);
  const groups = useMemo(() => groupTypes(query.data ?? [], search), [query.data, search]);
  const setWords = useDebouncedCallback((words: string) => go({ q: words.trim() || undefined }), TYPING_MS);
  const [clearings, setClearings] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => field.current?.focus()]]);
  const clear = () => {
    setClearings(clearings + 1);
    void navigate({ search: {}, replace: true });
  };
  return (
    <SetupPage title={t('templates.title')} text={t('templates.text')}>
      <div className={classes['filters']} key={clearings}>
        <TextInput ref={field} type="search" className={classes['search'] ?? ''} defaultValue={search.q ?? ''} maxLength={SEARCH_CHARACTERS_MAX} leftSection={<IconSearch size={16} stroke={1.5} />} placeholder={t('templates.find')} aria-label={t('templates.find')} onChange={({ currentTarget }) => setWords(currentTarget.value)} />
        <Select clearable value={search.channel ?? null} onChange={(value) => go({ channel: CHANNELS.find((channel) => channel === value) })} placeholder={t('templates.anyChannel')} aria-label={t('templates.channel')} data={CHANNELS.map((value) => ({ value, label: t(`templates.channels.${value}`) }))} w={170} />
        <Switch label={t('templates.onlyOwn')} checked={search.own ?? false} onChange={({ currentTarget }) => go({ own: currentTarget.checked || undefined })} />
      </div>
      <StateView
        query={query}
        loading={<Card>{Array.from({ length: SKELETON_ROWS }, (_, key) => <div key={key} className={classes['row']} aria-hidden><div className={classes['what']}><Skeleton height={13} width={130 + ((key * 37) % 70)} /><Skeleton height={10} width={100} mt={6} /></div><Skeleton height={32} width={260} /></div>)}</Card>}
        isEmpty={(lines) => lines.length === 0}
        empty={<Card><StateMessage icon={<IconTemplate size={22} stroke={1.5} />} title={t('templates.emptyTitle')} text={t('templates.emptyText')} /></Card>}
      >
        {() =>
          groups.length === 0 ? (
            <Card><StateMessage icon={<IconFilterOff size={22} stroke={1.5} />} title={t('templates.noneTitle')} text={t('templates.noneText')} action={<Button variant="default" onClick={clear}>{t('templates.clear')}</Button>} /></Card>
          ) : (
            groups.map(({ category, types }) => (
              <section key={category} aria-label={category} className={classes['group']}>
                <Title order={2} fz="sm">{category}</Title>
                <Card>
                  {types.map((row) => (
                    <div key={row.type} className={classes['row']}>
                      <div className={classes['what']}><strong>{row.title}</strong><code>{row.type}</code></div>
                      <div className={classes['chips']}>{row.lines.map((line) => <Chip key={`${line.channel}.${line.language}`} line={line} />)}</div>
                    </div>
                  ))}
                </Card>
              </section>
            ))
          )
        }
      </StateView>
    </SetupPage>
  );
}

function Chip({ line }: { line: TemplateLine }) {
  const { t } = useTranslation('setup');
  const channel = isTextChannel(line.channel) ? t(`templates.channels.${line.channel}`) : line.channel;
  const language = line.language === USUAL_LANGUAGE ? undefined : line.language;
  const state = line.custom ? t('templates.own') : t('templates.default');
  return (
    <Link to="/dashboard/templates/$type/$channel" params={{ type: line.type, channel: line.channel }} search={{ language }} className={classes['chip']} data-own={line.custom || undefined} aria-label={`${t('templates.openOf', { title: line.title, channel, state })}${language ? `, ${language}` : ''}`}>
      <ChannelIcon channel={line.channel} size={16} />
      <span>{channel}{language && ` (${language})`}</span>
      {line.custom && <IconPencil size={14} stroke={1.5} aria-hidden />}
      {line.custom && <Text span size="xs">{state}</Text>}
    </Link>
  );
}
