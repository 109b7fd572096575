/** Which events a webhook hears of: all of them, or some, by group and found by a word. */
import { Checkbox, Input, Skeleton, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '~/ui';
import { choose, EVERY, groupEvents, type EventGroup } from '../model';
import { webhookEventsQuery } from '../queries';
import classes from '../webhooks.module.css';

const SEARCH_CHARACTERS_MAX = 80;

interface Props {
  value: string[];
  onChange: (events: string[]) => void;
  error?: string | undefined;
}

export function EventPicker({ value, onChange, error }: Props) {
  const { t } = useTranslation('setup');
  const query = useQuery(webhookEventsQuery);
  const [search, setSearch] = useState('');
  // What was chosen one by one comes back when "every event" is taken off again.
  const [some, setSome] = useState(() => value.filter((name) => name !== EVERY));
  const isEvery = value.includes(EVERY);
  const groups = useMemo(() => groupEvents(query.data ?? [], search), [query.data, search]);
  const label = useId();
  const change = (next: string[]) => {
    setSome(next);
    onChange(next);
  };
  return (
    <div role="group" aria-labelledby={label}>
      <Input.Label id={label} component="div">{t('webhooks.events')}</Input.Label>
      <Stack gap="xs" mt={4}>
        <Switch label={t('webhooks.everyEvent')} description={t('webhooks.everyEventHint')} checked={isEvery} onChange={({ currentTarget }) => onChange(currentTarget.checked ? [EVERY] : some)} />
        {!isEvery && (
          <div className={classes['picker']} data-invalid={Boolean(error) || undefined}>
            <div className={classes['pickerHead']}>
              <TextInput type="search" flex={1} value={search} maxLength={SEARCH_CHARACTERS_MAX} leftSection={<IconSearch size={16} stroke={1.5} />} placeholder={t('webhooks.find')} aria-label={t('webhooks.find')} onChange={({ currentTarget }) => setSearch(currentTarget.value)} />
              <Text size="xs" c="dimmed" className="tabular" aria-live="polite">{t('webhooks.chosen', { count: value.length })}</Text>
            </div>
            <div className={classes['pickerList']} tabIndex={0} role="region" aria-labelledby={label}>
              {query.isPending && Array.from({ length: 6 }, (_, key) => <Skeleton key={key} height={14} width={`${45 + ((key * 17) % 40)}%`} my={10} />)}
              {query.error && !query.data && <ErrorState isSmall error={query.error} onRetry={() => void query.refetch()} />}
              {groups.map((group) => <Group key={group.name} group={group} value={value} onChange={change} />)}
              {query.data && groups.length === 0 && <Text size="sm" c="dimmed" py="md" ta="center">{t('webhooks.nothing')}</Text>}
            </div>
          </div>
        )}
        {error && <Input.Error role="alert">{error}</Input.Error>}
      </Stack>
    </div>
  );
}

function Group({ group, value, onChange }: { group: EventGroup; value: string[]; onChange: (events: string[]) => void }) {
  const { t } = useTranslation('setup');
  const names = group.events.map(({ name }) => name);
  const taken = names.filter((name) => value.includes(name)).length;
  return (
    <div className={classes['group']}>
      <Checkbox
        size="xs"
        label={group.name}
        aria-label={t('webhooks.wholeGroup', { group: group.name })}
        classNames={{ root: classes['groupName'] ?? '' }}
        checked={taken === names.length}
        indeterminate={taken > 0 && taken < names.length}
        onChange={() => onChange(choose(value, names, taken < names.length))}
      />
      {group.events.map((event) => (
        <Checkbox
          key={event.name}
          size="xs"
          classNames={{ root: classes['event'] ?? '' }}
          checked={value.includes(event.name)}
          onChange={({ currentTarget }) => onChange(choose(value, [event.name], currentTarget.checked))}
          label={<>{event.title} <code>{event.name}</code></>}
        />
      ))}
    </div>
  );
}
