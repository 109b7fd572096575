/** What the business is called, where it is, and how its page looks. */
import { Alert, Button, ColorInput, Group, NumberInput, Select, SimpleGrid, Skeleton, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, Problem, toProblem, userApi, userSession, type BusinessSettings as Settings } from '~/api';
import { COUNTRIES, countryName, CURRENCIES, listZones } from '~/site/countries';
import { StateView } from '~/ui';
import { Card } from '../../parts/Page';
import { businessQuery, useRights } from '../../queries';
import classes from '../settings.module.css';
import { LogoField } from './LogoField';
import { StorefrontPreview } from './StorefrontPreview';

const ABOUT_CHARACTERS_MAX = 1000;
const AFTER_CARE_DAYS_MAX = 90;
const BRAND_SWATCHES = ['#98356f', '#3b5bdb', '#0b7285', '#2b8a3e', '#c2255c', '#d9480f', '#5f3dc4', '#343a40'];

export function BusinessSettings() {
  const query = useQuery(businessQuery);
  return (
    <StateView query={query} loading={<Card><Stack p="lg">{Array.from({ length: 5 }, (_, key) => <Skeleton key={key} height={52} />)}</Stack></Card>}>
      {({ settings, etag }) => <BusinessForm settings={settings} etag={etag} />}
    </StateView>
  );
}

/** What the form holds; the logo, the policy and the sites around the booking page are changed by ways of their own. */
type Fields = Omit<Settings, 'inviteCode' | 'logoUrl' | 'requireTwoFactor' | 'embedOrigins'>;

function toFields({ inviteCode: _inviteCode, logoUrl: _logoUrl, requireTwoFactor: _policy, embedOrigins: _origins, ...rest }: Settings): Fields {
  return { ...rest, about: rest.about ?? '', phone: rest.phone ?? '', address: rest.address ?? '', brandColor: rest.brandColor ?? '' };
}

function BusinessForm({ settings, etag }: { settings: Settings; etag: string | null }) {
  const { t } = useTranslation('desk');
  const client = useQueryClient();
  const { mayManage, mayAdminister } = useRights();
  const [isConflict, setIsConflict] = useState(false);
  const form = useForm<Fields>({
    initialValues: toFields(settings),
    validate: {
      name: (value) => (value.trim() ? null : t('settings.nameRequired')),
      slug: (value) => (/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(value) ? null : t('settings.slugInvalid')),
      brandColor: (value) => (!value || /^#[0-9a-f]{6}$/i.test(value) ? null : t('settings.colorInvalid')),
    },
  });
  const { setInitialValues, reset } = form;
  useEffect(() => {
    setInitialValues(toFields(settings));
    reset();
    // The form object is new at every render; only fresh settings may fill it again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settings]);

  const save = useMutation({
    mutationFn: async (change: Partial<Fields>) => {
      const headers: Record<string, string> = etag ? { 'If-Match': etag } : {};
      return (await must(userApi.PATCH('/api/settings/business', { body: change, headers }))).data;
    },
    onMutate: () => setIsConflict(false),
    onSuccess: async (saved) => {
      const profile = userSession.getProfile();
      if (profile) userSession.updateProfile({ team: { ...profile.team, name: saved.name, slug: saved.slug, timezone: saved.timezone, currency: saved.currency, country: saved.country } });
      await client.invalidateQueries({ queryKey: businessQuery.queryKey });
      notifications.show({ message: t('settings.saved') });
    },
    onError: (error) => {
      const problem = toProblem(error);
      if (problem.status === 412) {
        setIsConflict(true);
        void client.invalidateQueries({ queryKey: businessQuery.queryKey });
      }
      for (const { field, message } of problem.errors) if (field in form.getValues()) form.setFieldError(field, message);
    },
  });

  const submit = form.onSubmit((values) => {
    const initial = toFields(settings);
    const changed = Object.fromEntries(
      (Object.keys(values) as (keyof Fields)[]).filter((name) => values[name] !== initial[name]).map((name) => [name, values[name] === '' ? null : values[name]]),
    ) as Partial<Fields>;
    save.mutate(changed);
  });
  // What is said beside its field is not said twice.
  const problem = save.error instanceof Problem && save.error.status !== 412 && save.error.errors.length === 0 ? save.error : null;
  return (
    <div className={classes['profile']}>
    <Card>
      <form onSubmit={submit} noValidate>
        <fieldset disabled={!mayManage} style={{ border: 0, margin: 0, padding: 20, minWidth: 0 }}>
          <Stack gap="md">
            {!mayManage && <Text size="sm" c="dimmed">{t('settings.readOnly')}</Text>}
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput label={t('settings.name')} {...form.getInputProps('name')} />
              <TextInput label={t('settings.slug')} leftSection="/s/" leftSectionWidth={36} disabled={!mayAdminister} {...form.getInputProps('slug')} />
            </SimpleGrid>
            <LogoField logoUrl={settings.logoUrl ?? null} isDisabled={!mayManage} />
            <Textarea label={t('settings.about')} description={t('settings.aboutHint')} autosize minRows={3} maxRows={10} maxLength={ABOUT_CHARACTERS_MAX} {...form.getInputProps('about')} />
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput label={t('settings.phone')} type="tel" {...form.getInputProps('phone')} />
              <TextInput label={t('settings.address')} {...form.getInputProps('address')} />
              <Select label={t('settings.country')} searchable allowDeselect={false} data={withKnown(COUNTRIES.map(({ code }) => code), settings.country).map((code) => ({ value: code, label: countryName(code) }))} {...form.getInputProps('country')} />
              <Select label={t('settings.timezone')} searchable allowDeselect={false} data={withKnown(listZones(), settings.timezone)} {...form.getInputProps('timezone')} />
              <Select label={t('settings.currency')} searchable allowDeselect={false} data={withKnown(CURRENCIES, settings.currency)} {...form.getInputProps('currency')} />
              <NumberInput label={t('settings.afterCare')} min={0} max={AFTER_CARE_DAYS_MAX} allowDecimal={false} {...form.getInputProps('afterCareDays')} />
              <ColorInput label={t('settings.brandColor')} format="hex" swatches={BRAND_SWATCHES} eyeDropperButtonProps={{ 'aria-label': t('settings.pickColor') }} {...form.getInputProps('brandColor')} value={form.values.brandColor ?? ''} />
            </SimpleGrid>
            {isConflict && <Alert color="yellow" role="alert">{t('settings.conflict')}</Alert>}
            {problem && <Alert color="red" role="alert">{problem.detail}</Alert>}
            {mayManage && (
              <Group justify="flex-end" gap="xs">
                {form.isDirty() && <Text size="xs" c="dimmed" flex={1}>{t('settings.unsaved')}</Text>}
                {form.isDirty() && <Button variant="default" onClick={() => form.reset()}>{t('settings.discard')}</Button>}
                <Button type="submit" disabled={!form.isDirty()} loading={save.isPending}>{t('settings.save')}</Button>
              </Group>
            )}
          </Stack>
        </fieldset>
      </form>
    </Card>
    <div className={classes['beside']}>
      <StorefrontPreview name={form.values.name} address={form.values.address ?? ''} phone={form.values.phone ?? ''} about={form.values.about ?? ''} brandColor={form.values.brandColor ?? ''} logoUrl={settings.logoUrl ?? null} />
    </div>
    </div>
  );
}

/** The list of choices with the present one in it, whatever it is. */
function withKnown(choices: readonly string[], present: string): string[] {
  return choices.includes(present) ? [...choices] : [present, ...choices];
}
