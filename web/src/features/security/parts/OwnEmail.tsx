/** One's own e-mail address: what it is, another one that waits to be confirmed, and asking for one. */
import { Alert, Badge, Button, Group, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { StateView } from '~/ui/StateView';
import { formatDayAndClock } from '~/ui/time';
import '../words';
import { account, type AccountKind } from '../account';
import { useProven } from '../proof';
import { addressQuery } from '../queries';
import type { OwnAddress } from '../types';
import { Fault } from './Fault';
import { ProofFault, ProveAgain } from './ProveAgain';
import { SecurityCard } from './SecurityCard';

interface Props {
  kind: AccountKind;
  personId: string;
}

export function OwnEmail({ kind, personId }: Props) {
  const { t } = useTranslation('security');
  const query = useQuery(addressQuery(kind, personId));
  const [isOpen, setIsOpen] = useState(false);
  const canOpen = query.data !== undefined && !isOpen;
  return (
    <SecurityCard title={t('address.title')} text={t('address.text')} action={canOpen ? <Button variant="default" onClick={() => setIsOpen(true)}>{t(query.data.email ? 'address.change' : 'address.add')}</Button> : null}>
      <StateView query={query} loading={<Skeleton h={22} w={220} role="status" aria-busy="true" />}>
        {(address) => (
          <Stack gap="md">
            <Group gap="xs">
              <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>{address.email ?? t('address.none')}</Text>
              {address.email && <Badge color={address.emailVerified ? 'green' : 'yellow'}>{t(address.emailVerified ? 'address.confirmed' : 'address.unconfirmed')}</Badge>}
            </Group>
            {address.pending && !isOpen && <Pending kind={kind} personId={personId} pending={address.pending} />}
            {isOpen && <Form kind={kind} personId={personId} onClose={() => setIsOpen(false)} />}
          </Stack>
        )}
      </StateView>
    </SecurityCard>
  );
}

function Pending({ kind, personId, pending }: Props & { pending: NonNullable<OwnAddress['pending']> }) {
  const { t } = useTranslation('security');
  const queries = useQueryClient();
  const keep = useMutation({
    mutationFn: () => account.keepAddress(kind),
    onSuccess: (own) => queries.setQueryData(addressQuery(kind, personId).queryKey, own),
  });
  return (
    <Alert color="blue" role="status" title={t('address.waits', { email: pending.email })}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t('address.waitsText', { when: formatDayAndClock(pending.expiresAt) })}</Text>
        <Button size="xs" variant="default" loading={keep.isPending} onClick={() => keep.mutate()}>{t('address.keep')}</Button>
        <Fault error={keep.error} />
      </Stack>
    </Alert>
  );
}

function Form({ kind, personId, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation('security');
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [isInvalid, setIsInvalid] = useState(false);
  const { run, asked, fault } = useProven((proof) => account.changeAddress(kind, email.trim(), proof).then((own) => {
    queries.setQueryData(addressQuery(kind, personId).queryKey, own);
    onClose();
  }));
  const emailFault = isInvalid ? t('emailInvalid') : fault ? toProblem(fault).fieldMessage('email') : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isWrong = !/^\S+@\S+$/.test(email.trim());
    setIsInvalid(isWrong);
    if (!isWrong) run.mutate({});
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={360}>
        <TextInput size="md" label={t('address.new')} description={t('address.newHint')} type="email" autoComplete="email" autoFocus value={email} error={emailFault} onChange={(event) => (setEmail(event.currentTarget.value), setIsInvalid(false))} />
        {fault && !emailFault && <ProofFault error={fault} />}
        <Group gap="sm">
          <Button type="submit" loading={run.isPending}>{t('address.submit')}</Button>
          <Button variant="default" onClick={onClose}>{t('change.cancel')}</Button>
        </Group>
      </Stack>
      {asked && <ProveAgain text={t('address.proofText')} {...asked} />}
    </form>
  );
}
