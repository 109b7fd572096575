/** What everybody who works here must do: for now, sign in in two steps. */
import { Badge, Button, Group, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { StateView } from '~/ui';
import { Caution } from '../../parts/Caution';
import { Card } from '../../parts/Page';
import { businessQuery, useRights } from '../../queries';
import { teamQuery } from '../../team/calls';
import { changePolicy } from '../calls';
import classes from '../settings.module.css';

export function PolicySettings() {
  const query = useQuery(businessQuery);
  return (
    <StateView query={query} loading={<Card><Stack p="lg"><Skeleton height={24} width={260} /><Skeleton height={14} /><Skeleton height={14} width="70%" /></Stack></Card>}>
      {({ settings, etag }) => <Policy isRequired={settings.requireTwoFactor} etag={etag} />}
    </StateView>
  );
}

function Policy({ isRequired, etag }: { isRequired: boolean; etag: string | null }) {
  const { t } = useTranslation('team');
  const client = useQueryClient();
  const { mayAdminister } = useRights();
  const members = useQuery(teamQuery).data?.members;
  // A passkey is both factors; who has only that still signs in by password without a code, and is led to set one up.
  const without = members?.filter(({ twoFactorEnabled }) => twoFactorEnabled === false) ?? [];
  const byPasskey = without.filter(({ hasPasskey }) => hasPasskey);
  const save = useMutation({
    mutationFn: (requireTwoFactor: boolean) => changePolicy(requireTwoFactor, etag),
    onSuccess: () => {
      notifications.show({ message: t('policy.saved') });
    },
    onError: (error) => notifications.show({ color: 'red', title: t('team.failed'), message: toProblem(error).detail }),
    onSettled: () => client.invalidateQueries({ queryKey: businessQuery.queryKey }),
  });
  const change = (next: boolean) => {
    if (!next || without.length === 0) return save.mutate(next);
    modals.openConfirmModal({
      title: t('policy.askTitle'),
      children: <Text size="sm">{t('policy.askText', { count: without.length })}{without.some(({ isYou }) => isYou) ? ` ${t('policy.askYou')}` : ''}</Text>,
      labels: { confirm: t('policy.askConfirm'), cancel: t('team.keep') },
      onConfirm: () => save.mutate(true),
    });
  };
  const shown = save.isPending ? save.variables : isRequired;
  return (
    <Card>
      <Stack p="lg" gap="md">
        <Group justify="space-between" wrap="nowrap" align="flex-start" gap="md">
          <Switch label={t('policy.require')} description={t('policy.requireText')} checked={shown} disabled={save.isPending || !mayAdminister} onChange={(event) => change(event.currentTarget.checked)} classNames={{ body: classes['switch'] ?? '' }} />
          <Badge visibleFrom="sm" color={shown ? 'brand' : 'gray'} style={{ flexShrink: 0 }}>{t(shown ? 'policy.on' : 'policy.off')}</Badge>
        </Group>
        {members && (without.length > 0
          ? <Caution title={t('policy.without', { count: without.length })}><Group gap="sm"><Text size="sm">{without.map(({ name }) => name).slice(0, 5).join(', ')}{without.length > 5 ? ' …' : ''}</Text>{byPasskey.length > 0 && <Text size="sm">{t('policy.byPasskey', { count: byPasskey.length, names: byPasskey.map(({ name }) => name).slice(0, 3).join(', ') })}</Text>}<Button size="xs" variant="default" renderRoot={(props) => <Link {...props} to="/dashboard/team" />}>{t('policy.members')}</Button></Group></Caution>
          : <Caution tone="good" title={t('policy.all')}>{null}</Caution>)}
      </Stack>
    </Card>
  );
}
