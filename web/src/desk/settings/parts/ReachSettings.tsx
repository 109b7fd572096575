/** How long a message waits unread before somebody is told outside of Frontdesk. */
import { Alert, Anchor, Button, Divider, Group, NumberInput, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { StateView } from '~/ui';
import { Card } from '../../parts/Page';
import { changeReach, reachQuery, type Reach } from '../calls';
import classes from '../settings.module.css';

const AFTER_MINUTES_MIN = 1;
const AFTER_MINUTES_MAX = 24 * 60;
const AGAIN_HOURS_MIN = 1;
const AGAIN_HOURS_MAX = 7 * 24;
const BEFORE_HOURS_MIN = 1;
const BEFORE_HOURS_MAX = 14 * 24;
const EXAMPLE_START_MINUTES = 10 * 60;

export function ReachSettings() {
  const query = useQuery(reachQuery);
  return (
    <StateView query={query} loading={<Card><Stack p="lg"><Skeleton height={24} width={280} /><Skeleton height={14} /><Skeleton height={44} width={160} /></Stack></Card>}>
      {({ reach, etag }) => <ReachForm reach={reach} etag={etag} />}
    </StateView>
  );
}

function clockAfter(minutes: number): string {
  const at = (EXAMPLE_START_MINUTES + minutes) % (24 * 60);
  return `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
}

interface Fields {
  enabled: boolean;
  afterMinutes: number | string;
  againAfterHours: number | string;
  reminds: boolean;
  hoursBefore: number | string;
}

function toFields({ reachBack, appointmentReminder }: Reach): Fields {
  return { ...reachBack, reminds: appointmentReminder.enabled, hoursBefore: appointmentReminder.hoursBefore };
}

function ReachForm({ reach, etag }: { reach: Reach; etag: string | null }) {
  const { t } = useTranslation('team');
  const client = useQueryClient();
  const form = useForm<Fields>({
    initialValues: toFields(reach),
    validate: {
      afterMinutes: (value) => (typeof value === 'number' && value >= AFTER_MINUTES_MIN && value <= AFTER_MINUTES_MAX ? null : t('reach.range')),
      againAfterHours: (value) => (typeof value === 'number' && value >= AGAIN_HOURS_MIN && value <= AGAIN_HOURS_MAX ? null : t('reach.againRange')),
      hoursBefore: (value) => (typeof value === 'number' && value >= BEFORE_HOURS_MIN && value <= BEFORE_HOURS_MAX ? null : t('reach.hoursRange')),
    },
  });
  const { setInitialValues, reset } = form;
  useEffect(() => {
    setInitialValues(toFields(reach));
    reset();
    // The form object is new at every render; only fresh settings may fill it again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [reach]);
  const save = useMutation({
    mutationFn: (wanted: Reach) => changeReach(wanted, etag),
    onSuccess: () => {
      notifications.show({ message: t('reach.saved') });
    },
    onError: (error) => {
      for (const { field, message } of toProblem(error).errors) form.setFieldError(field.split('.').pop() ?? field, message);
    },
    onSettled: (_answer, error) => {
      if (!error || toProblem(error).status === 412) void client.invalidateQueries({ queryKey: reachQuery.queryKey });
    },
  });
  const problem = save.error ? toProblem(save.error) : null;
  const minutes = Number(form.values.afterMinutes);
  return (
    <Card>
      <form onSubmit={form.onSubmit(({ enabled, afterMinutes, againAfterHours, reminds, hoursBefore }) => save.mutate({ reachBack: { enabled, afterMinutes: Number(afterMinutes), againAfterHours: Number(againAfterHours) }, appointmentReminder: { enabled: reminds, hoursBefore: Number(hoursBefore) } }))} noValidate>
        <Stack p="lg" gap="md">
          <Switch label={t('reach.on')} description={t('reach.onText')} classNames={{ body: classes['switch'] ?? '' }} {...form.getInputProps('enabled', { type: 'checkbox' })} />
          <NumberInput label={t('reach.after')} description={t('reach.afterHint')} suffix={` ${t('reach.minutes')}`} min={AFTER_MINUTES_MIN} max={AFTER_MINUTES_MAX} allowDecimal={false} clampBehavior="none" disabled={!form.values.enabled} maw={320} {...form.getInputProps('afterMinutes')} />
          {form.values.enabled && minutes >= AFTER_MINUTES_MIN && <Text size="sm" className="tabular">{t('reach.example', { time: clockAfter(minutes) })}</Text>}
          <NumberInput label={t('reach.again')} description={t('reach.againHint')} suffix={` ${t('reach.hours')}`} min={AGAIN_HOURS_MIN} max={AGAIN_HOURS_MAX} allowDecimal={false} clampBehavior="none" disabled={!form.values.enabled} maw={320} {...form.getInputProps('againAfterHours')} />
          <Text size="sm" c="dimmed">{t('reach.ownPart')} <Anchor size="sm" underline="always" renderRoot={(props) => <Link {...props} to="/dashboard/preferences" />}>{t('reach.ownLink')}</Anchor></Text>
          <Divider />
          <Switch label={t('reach.remind')} description={t('reach.remindText')} classNames={{ body: classes['switch'] ?? '' }} {...form.getInputProps('reminds', { type: 'checkbox' })} />
          <NumberInput label={t('reach.before')} suffix={` ${t('reach.hours')}`} min={BEFORE_HOURS_MIN} max={BEFORE_HOURS_MAX} allowDecimal={false} clampBehavior="none" disabled={!form.values.reminds} maw={320} {...form.getInputProps('hoursBefore')} />
          {problem && problem.errors.length === 0 && <Alert color={problem.status === 412 ? 'yellow' : 'red'} role="alert">{problem.status === 412 ? t('reach.conflict') : problem.detail}</Alert>}
          <Group justify="flex-end" gap="xs">
            {form.isDirty() && <Text size="xs" c="dimmed" flex={1}>{t('reach.unsaved')}</Text>}
            {form.isDirty() && <Button variant="default" onClick={() => form.reset()}>{t('reach.discard')}</Button>}
            <Button type="submit" disabled={!form.isDirty()} loading={save.isPending}>{t('reach.save')}</Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
