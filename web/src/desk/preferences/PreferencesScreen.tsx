/** What somebody wants to hear of, by which way, and when they want quiet. */
import { Alert, Button, Group, Select, Skeleton, Stack, Switch, Text, Title } from '@mantine/core';
import { TimePicker } from '@mantine/dates';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { addCatalog } from '~/i18n';
import { noticesEn } from '~/i18n/en/notices';
import { listZones } from '~/site/countries';
import { StateView, viewerZone } from '~/ui';
import { Card } from '../parts/Page';
import { SettingsFrame, useIsPhone } from '../settings/parts/SettingsFrame';
import settings from '../settings/settings.module.css';
import { preferencesQuery, savePreferences, type Preferences } from './calls';
import { crossesMidnight, sameClock } from './model';
import { Matrix } from './parts/Matrix';
import { PushCard } from './parts/PushCard';
import classes from './preferences.module.css';

addCatalog('notices', noticesEn);

const LANGUAGES = ['en', 'sw', 'fr', 'ar'] as const;
const PICKER_STEP_MINUTES = 15;

export function PreferencesScreen() {
  const { t } = useTranslation('notices');
  const query = useQuery(preferencesQuery);
  return (
    <SettingsFrame place="preferences" title={t('preferences.title')} text={t('preferences.text')}>
      <StateView query={query} loading={<Waiting />}>
        {({ preferences, etag }) => <Form saved={preferences} etag={etag} />}
      </StateView>
      <PushCard />
    </SettingsFrame>
  );
}

function Waiting() {
  const isPhone = useIsPhone();
  return (
    <Card>
      <Stack p="lg" gap="md">
        {Array.from({ length: isPhone ? 4 : 8 }, (_, key) => <Skeleton key={key} height={isPhone ? 96 : 28} />)}
      </Stack>
    </Card>
  );
}

function Form({ saved, etag }: { saved: Preferences; etag: string | null }) {
  const { t } = useTranslation('notices');
  const client = useQueryClient();
  const [draft, setDraft] = useState(saved);
  useEffect(() => setDraft(saved), [saved]);
  const change = (part: Partial<Preferences>) => setDraft((known) => ({ ...known, ...part }));
  const isDirty = JSON.stringify(draft) !== JSON.stringify(saved);
  const { quietHours, digest } = draft;
  const isEmptyQuiet = quietHours.enabled && sameClock(quietHours.from, quietHours.to);
  const save = useMutation({
    mutationFn: () => savePreferences(draft, etag),
    onSuccess: (answer) => {
      client.setQueryData(preferencesQuery.queryKey, { preferences: answer.data, etag: answer.etag });
      notifications.show({ message: t('preferences.saved') });
    },
    onError: (error) => {
      if (toProblem(error).status === 412) void client.invalidateQueries({ queryKey: preferencesQuery.queryKey });
    },
  });
  const problem = save.error ? toProblem(save.error) : null;
  const isConflict = problem?.status === 412;
  const zones = listZones();
  const zone = draft.timezone ?? viewerZone();
  const languages = draft.language && !(LANGUAGES as readonly string[]).includes(draft.language) ? [draft.language, ...LANGUAGES] : LANGUAGES;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
      className={classes['form']}
    >
      <section aria-labelledby="preferences-matrix">
        <Title order={2} id="preferences-matrix" mb="xs">{t('preferences.matrix')}</Title>
        <Matrix categories={draft.categories} onChange={(categories) => change({ categories })} />
      </section>
      <section aria-labelledby="preferences-when">
        <Title order={2} id="preferences-when" mb="xs">{t('preferences.when')}</Title>
        <Card>
          <Stack p="lg" gap="md">
            <Switch label={t('preferences.quietOn')} description={t('preferences.quietText')} classNames={{ body: settings['switch'] ?? '' }} checked={quietHours.enabled} onChange={(event) => change({ quietHours: { ...quietHours, enabled: event.currentTarget.checked } })} />
            {quietHours.enabled && (
              <Group gap="md" align="flex-end">
                <Clock label={t('preferences.from')} value={quietHours.from} onChange={(from) => change({ quietHours: { ...quietHours, from } })} />
                <Clock label={t('preferences.to')} value={quietHours.to} onChange={(to) => change({ quietHours: { ...quietHours, to } })} />
                {isEmptyQuiet ? <Text size="xs" c="var(--fd-failed-text)" role="alert">{t('preferences.sameTime')}</Text> : crossesMidnight(quietHours.from, quietHours.to) && <Text size="xs" c="dimmed">{t('preferences.overnight')}</Text>}
              </Group>
            )}
            <Switch label={t('preferences.digestOn')} description={t('preferences.digestText')} classNames={{ body: settings['switch'] ?? '' }} checked={digest.enabled} onChange={(event) => change({ digest: { ...digest, enabled: event.currentTarget.checked } })} />
            {digest.enabled && <Clock label={t('preferences.digestAt')} value={digest.at} onChange={(at) => change({ digest: { ...digest, at } })} />}
            <div className={classes['pair']}>
              <Select label={t('preferences.zone')} searchable allowDeselect={false} data={zones.includes(zone) ? zones : [zone, ...zones]} value={zone} onChange={(timezone) => change({ timezone })} />
              <Select label={t('preferences.language')} description={t('preferences.languageHint')} inputWrapperOrder={['label', 'input', 'description']} allowDeselect={false} data={languages.map((value) => ({ value, label: nameLanguage(value) }))} value={draft.language ?? 'en'} onChange={(language) => change({ language })} />
            </div>
          </Stack>
        </Card>
      </section>
      {problem && <Alert color={isConflict ? 'yellow' : 'red'} role="alert">{isConflict ? t('preferences.conflict') : [problem.detail, ...problem.errors.map(({ message }) => message)].join(' ')}</Alert>}
      <Group justify="flex-end" gap="xs" className={classes['bar'] ?? ''} data-dirty={isDirty || undefined}>
        {isDirty && <Text size="xs" c="dimmed" flex={1}>{t('preferences.unsaved')}</Text>}
        {isDirty && <Button variant="default" onClick={() => setDraft(saved)}>{t('preferences.discard')}</Button>}
        <Button type="submit" disabled={!isDirty || isEmptyQuiet} loading={save.isPending}>{t('preferences.save')}</Button>
      </Group>
    </form>
  );
}

/** A language by its own name. */
function nameLanguage(code: string): string {
  const name = new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}

function Clock({ label, value, onChange }: { label: string; value: string; onChange: (clock: string) => void }) {
  return (
    <TimePicker
      label={label}
      value={value}
      format="24h"
      withDropdown
      minutesStep={PICKER_STEP_MINUTES}
      hoursInputLabel={label}
      minutesInputLabel={label}
      w={130}
      // Half-typed times are empty; only a whole one counts.
      onChange={(clock) => /^\d{2}:\d{2}/.test(clock) && onChange(clock.slice(0, 5))}
    />
  );
}
