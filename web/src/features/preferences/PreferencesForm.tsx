/** What somebody wants to hear of, by which way, and when they want quiet. */
import { Alert, Button, Group, Select, Skeleton, Stack, Switch, Text, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { TimePicker } from '@mantine/dates';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, type SessionKind } from '~/api';
import { addCatalog } from '~/i18n';
import { noticesEn } from '~/i18n/en/notices';
import { listZones } from '~/site/countries';
import { StateView } from '~/ui';
import { preferencesQuery, savePreferences, type Preferences } from './calls';
import { crossesMidnight, sameClock } from './model';
import { Matrix } from './parts/Matrix';
import { PushCard } from './parts/PushCard';
import classes from './preferences.module.css';

addCatalog('notices', noticesEn);

const LANGUAGES = ['en', 'sw', 'fr', 'ar'] as const;
const PICKER_STEP_MINUTES = 15;

const PHONE = '(max-width: 47.99em)';

/** The whole of it, for whoever is signed in. */
export function PreferencesForm({ kind }: { kind: SessionKind }) {
  const query = useQuery(preferencesQuery(kind));
  return (
    <>
      <StateView query={query} loading={<Waiting />}>
        {({ preferences, etag }) => <Form kind={kind} saved={preferences} etag={etag} />}
      </StateView>
      <PushCard kind={kind} />
    </>
  );
}

function useIsPhone(): boolean {
  return useMediaQuery(PHONE, false, { getInitialValueInEffect: false }) ?? false;
}

function Waiting() {
  const isPhone = useIsPhone();
  return (
    <div className={`${classes['box']} ${classes['padded']}`}>
      <Stack gap="md">
        {Array.from({ length: isPhone ? 4 : 8 }, (_, key) => <Skeleton key={key} height={isPhone ? 96 : 28} />)}
      </Stack>
    </div>
  );
}

function Form({ kind, saved, etag }: { kind: SessionKind; saved: Preferences; etag: string | null }) {
  const { t } = useTranslation('notices');
  const client = useQueryClient();
  const isPhone = useIsPhone();
  const { queryKey } = preferencesQuery(kind);
  const [draft, setDraft] = useState(saved);
  useEffect(() => setDraft(saved), [saved]);
  const change = (part: Partial<Preferences>) => setDraft((known) => ({ ...known, ...part }));
  const isDirty = JSON.stringify(draft) !== JSON.stringify(saved);
  const { quietHours, digest } = draft;
  const isEmptyQuiet = quietHours.enabled && sameClock(quietHours.from, quietHours.to);
  const save = useMutation({
    mutationFn: () => savePreferences(kind, draft, etag),
    onSuccess: (answer) => {
      client.setQueryData(queryKey, { preferences: answer.data, etag: answer.etag });
    },
    onError: (error) => {
      if (toProblem(error).status === 412) void client.invalidateQueries({ queryKey });
    },
  });
  const problem = save.error ? toProblem(save.error) : null;
  const isConflict = problem?.status === 412;
  const zones = listZones();
  const zone = draft.timezone;
  const languages = !(LANGUAGES as readonly string[]).includes(draft.language) ? [draft.language, ...LANGUAGES] : LANGUAGES;
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
        <Matrix isPhone={isPhone} kind={kind} categories={draft.categories} onChange={(categories) => change({ categories })} />
      </section>
      <section aria-labelledby="preferences-when">
        <Title order={2} id="preferences-when" mb="xs">{t('preferences.when')}</Title>
        <div className={`${classes['box']} ${classes['padded']}`}>
          <Stack gap="md">
            <Switch label={t('preferences.quietOn')} description={t('preferences.quietText')} classNames={{ body: classes['switch'] ?? '' }} checked={quietHours.enabled} onChange={(event) => change({ quietHours: { ...quietHours, enabled: event.currentTarget.checked } })} />
            {quietHours.enabled && (
              <Group gap="md" align="flex-end">
                <Clock label={t('preferences.from')} value={quietHours.from} onChange={(from) => change({ quietHours: { ...quietHours, from } })} />
                <Clock label={t('preferences.to')} value={quietHours.to} onChange={(to) => change({ quietHours: { ...quietHours, to } })} />
                {isEmptyQuiet ? <Text size="xs" c="var(--fd-failed-text)" role="alert">{t('preferences.sameTime')}</Text> : crossesMidnight(quietHours.from, quietHours.to) && <Text size="xs" c="dimmed">{t('preferences.overnight')}</Text>}
              </Group>
            )}
            <Switch label={t('preferences.digestOn')} description={t('preferences.digestText')} classNames={{ body: classes['switch'] ?? '' }} checked={digest.enabled} onChange={(event) => change({ digest: { ...digest, enabled: event.currentTarget.checked } })} />
            {digest.enabled && <Clock label={t('preferences.digestAt')} value={digest.at} onChange={(at) => change({ digest: { ...digest, at } })} />}
            <div className={classes['pair']}>
              <Select label={t('preferences.zone')} searchable allowDeselect={false} data={zones.includes(zone) ? zones : [zone, ...zones]} value={zone} onChange={(timezone) => timezone && change({ timezone })} />
              <Select label={t('preferences.language')} description={t('preferences.languageHint')} inputWrapperOrder={['label', 'input', 'description']} allowDeselect={false} data={languages.map((value) => ({ value, label: nameLanguage(value) }))} value={draft.language} onChange={(language) => language && change({ language })} />
            </div>
          </Stack>
        </div>
      </section>
      {/* What was refused is said where the button is, which stays in reach. */}
      <Stack gap="xs" className={classes['bar'] ?? ''} data-stays={isDirty || problem !== null || undefined}>
        {problem && <Alert color={isConflict ? 'yellow' : 'red'} role="alert">{isConflict ? t('preferences.conflict') : [problem.detail, ...problem.errors.map(({ message }) => message)].join(' ')}</Alert>}
        <Group justify="flex-end" gap="xs">
          <Text size="xs" c="dimmed" flex={1} role="status">{isDirty ? t('preferences.unsaved') : save.isSuccess ? t('preferences.saved') : ''}</Text>
          {isDirty && <Button variant="default" onClick={() => setDraft(saved)}>{t('preferences.discard')}</Button>}
          <Button type="submit" disabled={!isDirty || isEmptyQuiet} loading={save.isPending}>{t('preferences.save')}</Button>
        </Group>
      </Stack>
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
