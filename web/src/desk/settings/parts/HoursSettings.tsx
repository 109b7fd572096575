/** When each person can be booked: stretches per weekday, in the business's zone. */
import { ActionIcon, Alert, Button, Group, Menu, SegmentedControl, Select, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { TimePicker } from '@mantine/dates';
import { notifications } from '@mantine/notifications';
import { IconCopy, IconDots, IconPlus, IconTrash, IconUsers } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, type Provider, type WeeklyHours } from '~/api';
import { PersonAvatar, StateMessage, StateView, zoneName } from '~/ui';
import { Card } from '../../parts/Page';
import { providersQuery, useBusinessZone, useRights } from '../../queries';
import classes from '../settings.module.css';
import { addStretch, checkDay, copyToWeekdays, DAYS, replaceDay, stretchesOf } from '../weekly';

const PICKER_STEP_MINUTES = 15;
/** More people than this do not fit beside each other. */
const SEGMENTS_MAX = 3;

export function HoursSettings() {
  const { t } = useTranslation('desk');
  const query = useQuery(providersQuery);
  return (
    <StateView
      query={query}
      loading={<Card><Stack p="lg">{Array.from({ length: 7 }, (_, key) => <Skeleton key={key} height={36} />)}</Stack></Card>}
      isEmpty={(providers) => providers.length === 0}
      empty={<Card><StateMessage icon={<IconUsers size={22} stroke={1.5} />} title={t('settings.noStaff')} /></Card>}
    >
      {(providers) => <Staff providers={providers} />}
    </StateView>
  );
}

/** Opens with somebody who can be booked: whoever cannot has no hours that count. */
function Staff({ providers }: { providers: readonly Provider[] }) {
  const { t } = useTranslation('desk');
  const zone = useBusinessZone();
  const [chosen, setChosen] = useState<string | null>(() => providers.find(({ bookable }) => bookable)?.id ?? null);
  const provider = providers.find((entry) => entry.id === chosen) ?? providers[0]!;
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">{t('settings.hoursText', { zone: zoneName(zone) })}</Text>
      {providers.length > SEGMENTS_MAX && <Select label={t('settings.hoursOf')} value={provider.id} onChange={setChosen} allowDeselect={false} data={providers.map((entry) => ({ value: entry.id, label: entry.name }))} maw={320} />}
      {providers.length > 1 && providers.length <= SEGMENTS_MAX && <SegmentedControl value={provider.id} onChange={setChosen} data={providers.map((entry) => ({ value: entry.id, label: entry.name }))} style={{ alignSelf: 'flex-start', maxWidth: '100%', overflowX: 'auto' }} />}
      <HoursEditor key={provider.id} provider={provider} />
    </Stack>
  );
}

function HoursEditor({ provider }: { provider: Provider }) {
  const { t } = useTranslation('desk');
  const client = useQueryClient();
  const { mayManage } = useRights();
  const [weekly, setWeekly] = useState<readonly WeeklyHours[]>(provider.weekly);
  useEffect(() => setWeekly(provider.weekly), [provider.weekly]);
  const isDirty = JSON.stringify(replaceDay(weekly, 0, [])) !== JSON.stringify(replaceDay(provider.weekly, 0, []));
  const hasFault = DAYS.some((day) => checkDay(stretchesOf(weekly, day)) !== null);
  const path = { params: { path: { id: provider.id } } };
  const take = (changed: Provider) => client.setQueryData(providersQuery.queryKey, (all) => all?.map((entry) => (entry.id === changed.id ? { ...entry, ...changed } : entry)));
  const save = useMutation({
    mutationFn: async () => (await must(userApi.PUT('/api/providers/{id}/hours', { ...path, body: { weekly: [...weekly] } }))).data,
    onSuccess: (changed) => {
      take(changed);
      void client.invalidateQueries({ queryKey: providersQuery.queryKey });
      notifications.show({ message: t('settings.saved') });
    },
  });
  const book = useMutation({
    mutationFn: async (bookable: boolean) => (await must(userApi.PATCH('/api/providers/{id}', { ...path, body: { bookable } }))).data,
    onSuccess: take,
    onError: (error) => notifications.show({ color: 'red', title: t('settings.failed'), message: toProblem(error).detail }),
  });
  return (
    <Card>
      <Group p="md" justify="space-between" className={classes['person'] ?? ''}>
        <Group gap="sm"><PersonAvatar name={provider.name} size={36} /><div><Text fw={600} size="md">{provider.name}</Text><Text size="xs" c="dimmed">{provider.email}</Text></div></Group>
        <Switch label={t('settings.bookable')} checked={book.isPending ? book.variables : provider.bookable} disabled={!mayManage || book.isPending} onChange={(event) => book.mutate(event.currentTarget.checked)} />
      </Group>
      {DAYS.map((day) => <DayRow key={day} day={day} weekly={weekly} onChange={setWeekly} isReadOnly={!mayManage} />)}
      {save.error && <Alert color="red" role="alert" m="md">{toProblem(save.error).detail}</Alert>}
      {mayManage && (
        <Group justify="flex-end" gap="xs" p="md">
          {isDirty && <Text size="xs" c="dimmed" flex={1}>{t('settings.unsaved')}</Text>}
          {isDirty && <Button variant="default" onClick={() => setWeekly(provider.weekly)}>{t('settings.discard')}</Button>}
          <Button disabled={!isDirty || hasFault} loading={save.isPending} onClick={() => save.mutate()}>{t('settings.save')}</Button>
        </Group>
      )}
    </Card>
  );
}

interface DayRowProps {
  day: (typeof DAYS)[number];
  weekly: readonly WeeklyHours[];
  onChange: (weekly: readonly WeeklyHours[]) => void;
  isReadOnly: boolean;
}

function DayRow({ day, weekly, onChange, isReadOnly }: DayRowProps) {
  const { t } = useTranslation('desk');
  const stretches = stretchesOf(weekly, day);
  const fault = checkDay(stretches);
  const name = t(`settings.days.${day}`);
  const set = (at: number, part: Partial<WeeklyHours>) => onChange(replaceDay(weekly, day, stretches.map((entry, index) => (index === at ? { ...entry, ...part } : entry))));
  return (
    <div className={classes['day']}>
      <Switch
        label={name}
        className={classes['dayName'] ?? ''}
        checked={stretches.length > 0}
        disabled={isReadOnly}
        onChange={(event) => onChange(event.currentTarget.checked ? addStretch(weekly, day) : replaceDay(weekly, day, []))}
      />
      <div className={classes['stretches']}>
        {stretches.length === 0 && <Text size="sm" c="dimmed" py={6}>{t('settings.closed')}</Text>}
        {stretches.map((entry, at) => (
          <div key={at} className={classes['stretch']}>
            <HourPicker label={`${name}, ${t('settings.from')}`} value={entry.start} isReadOnly={isReadOnly} hasFault={fault !== null} onChange={(start) => set(at, { start })} />
            <span aria-hidden>–</span>
            <HourPicker label={`${name}, ${t('settings.to')}`} value={entry.end} isReadOnly={isReadOnly} hasFault={fault !== null} onChange={(end) => set(at, { end })} />
            {!isReadOnly && <ActionIcon onClick={() => onChange(replaceDay(weekly, day, stretches.filter((_, index) => index !== at)))} aria-label={t('settings.removeHours')}><IconTrash size={16} stroke={1.5} /></ActionIcon>}
          </div>
        ))}
        {fault && <Text size="xs" c="var(--fd-failed-text)" role="alert">{t(`settings.${fault}`)}</Text>}
      </div>
      {!isReadOnly && (
        <Menu position="bottom-end">
          <Menu.Target><ActionIcon aria-label={`${name}: ${t('nav.more')}`}><IconDots size={18} stroke={1.5} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => onChange(addStretch(weekly, day))}>{stretches.length === 0 ? t('settings.addHours') : t('settings.addBreak')}</Menu.Item>
            <Menu.Item leftSection={<IconCopy size={16} stroke={1.5} />} onClick={() => onChange(copyToWeekdays(weekly, day))}>{t('settings.copyToWeekdays')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}

interface HourPickerProps {
  label: string;
  value: string;
  isReadOnly: boolean;
  hasFault: boolean;
  onChange: (clock: string) => void;
}

function HourPicker({ label, value, isReadOnly, hasFault, onChange }: HourPickerProps) {
  return (
    <TimePicker
      value={value}
      format="24h"
      withDropdown
      minutesStep={PICKER_STEP_MINUTES}
      disabled={isReadOnly}
      error={hasFault}
      hoursInputLabel={label}
      minutesInputLabel={label}
      aria-label={label}
      // Half-typed times are empty; only a whole one counts.
      onChange={(clock) => /^\d{2}:\d{2}/.test(clock) && onChange(clock.slice(0, 5))}
    />
  );
}
