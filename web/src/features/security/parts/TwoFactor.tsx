/** The second factor: how it stands, setting it up by an authenticator app, new backup codes, turning it off. */
import { ActionIcon, Alert, Badge, Button, CopyButton, Group, Modal, PasswordInput, Skeleton, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { ErrorState } from '~/ui/StateView';
import { account, emailOf, type AccountKind } from '../account';
import { useProven } from '../proof';
import { twoFactorQuery } from '../queries';
import type { TwoFactorSetup, TwoFactorStatus } from '../types';
import { CODE_PATTERN } from '../words';
import { BackupCodes } from './BackupCodes';
import { CodeInput } from './CodeInput';
import { Fault } from './Fault';
import { ProofFault, ProveAgain } from './ProveAgain';
import { SecurityCard } from './SecurityCard';
import classes from './security.module.css';

interface Props {
  kind: AccountKind;
  personId: string;
  /** After it was turned on or off, and new codes were kept. */
  onChange?: (() => void) | undefined;
  /** While codes are shown that are shown this once: nothing may take the page away. */
  onKeeping?: ((isKeeping: boolean) => void) | undefined;
}

export function TwoFactor({ kind, personId, onChange, onKeeping }: Props) {
  const { t } = useTranslation('security');
  const queries = useQueryClient();
  const query = twoFactorQuery(kind, personId);
  const status = useQuery(query);
  const [kept, setKept] = useState<readonly string[] | null>(null);
  const [proofFor, setProofFor] = useState<'off' | 'codes' | null>(null);
  const setUp = useProven((proof) => account.setUpTwoFactor(kind, proof));
  const setup = setUp.run.data;
  const reread = () => queries.invalidateQueries({ queryKey: query.queryKey });
  const show = (codes: readonly string[]) => {
    setKept(codes);
    onKeeping?.(true);
    void reread();
  };
  const keep = () => {
    setKept(null);
    onKeeping?.(false);
    onChange?.();
  };
  const turnedOn = (codes: readonly string[]) => {
    setUp.run.reset();
    show(codes);
  };
  const proven = (codes: readonly string[] | null) => {
    setProofFor(null);
    if (codes) return show(codes);
    void reread().then(onChange);
  };
  const isOn = status.data?.enabled ?? false;
  return (
    <SecurityCard
      title={t('twoFactor.title')}
      text={isOn ? t('twoFactor.on') : t('twoFactor.off')}
      mark={status.data && <Badge color={isOn ? 'green' : 'gray'}>{t(isOn ? 'twoFactor.badgeOn' : 'twoFactor.badgeOff')}</Badge>}
      action={status.data && !isOn && !setup ? <Button loading={setUp.run.isPending} onClick={() => setUp.run.mutate({})}>{t('twoFactor.setUp')}</Button> : null}
    >
      {status.data ? (
        isOn ? (
          <Standing status={status.data} onCodes={() => setProofFor('codes')} onOff={() => setProofFor('off')} />
        ) : setup ? (
          <SetUp kind={kind} setup={setup} onDone={() => turnedOn(setup.backupCodes)} onCancel={() => setUp.run.reset()} />
        ) : (
          <>
            {status.data.requiredByBusiness && <Alert color="yellow" role="status">{t('twoFactor.required')}</Alert>}
            <ProofFault error={setUp.fault} />
          </>
        )
      ) : status.error ? (
        <ErrorState isSmall error={status.error} onRetry={() => void status.refetch()} />
      ) : (
        <Skeleton h={32} w={220} />
      )}
      {setUp.asked && <ProveAgain text={t('twoFactor.proofText')} {...setUp.asked} />}
      {proofFor && <Proof kind={kind} purpose={proofFor} onDone={proven} onClose={() => setProofFor(null)} />}
      {kept && <BackupCodes codes={kept} email={emailOf(kind)} onKept={keep} />}
    </SecurityCard>
  );
}

function Standing({ status, onCodes, onOff }: { status: TwoFactorStatus; onCodes: () => void; onOff: () => void }) {
  const { t } = useTranslation('security');
  const left = status.backupCodesLeft;
  return (
    <Group gap="sm" justify="space-between">
      <Text size="sm" className={left < 3 ? classes['bad'] : undefined}>{t('twoFactor.left', { count: left })}</Text>
      <Group gap="sm">
        <Button variant="default" onClick={onCodes}>{t('twoFactor.newCodes')}</Button>
        {!status.requiredByBusiness && <Button variant="default" onClick={onOff}>{t('twoFactor.turnOff')}</Button>}
      </Group>
    </Group>
  );
}

function SetUp({ kind, setup, onDone, onCancel }: { kind: AccountKind; setup: TwoFactorSetup; onDone: () => void; onCancel: () => void }) {
  const { t } = useTranslation('security');
  const [code, setCode] = useState('');
  const [isMalformed, setIsMalformed] = useState(false);
  const confirm = useMutation({ mutationFn: () => account.confirmTwoFactor(kind, code), onSuccess: onDone });
  const problem = confirm.error ? toProblem(confirm.error) : null;
  const fieldFault = problem?.fieldMessage('code');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isFine = CODE_PATTERN.test(code);
    setIsMalformed(!isFine);
    if (isFine) confirm.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <div className={classes['setup']}>
        <img className={classes['qr']} src={setup.qrCode} width={184} height={184} alt={t('twoFactor.qr')} />
        <Stack gap="md">
          <div>
            <Text fw={600} size="sm">{t('twoFactor.scanTitle')}</Text>
            <Text size="sm" c="dimmed">{t('twoFactor.scanText')}</Text>
          </div>
          <div>
            <Text size="xs" c="dimmed" mb={4}>{t('twoFactor.manual')}</Text>
            <div className={classes['key']}>
              <code aria-label={t('twoFactor.key')}>{setup.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
              <CopyButton value={setup.secret}>
                {({ copied, copy }) => <ActionIcon aria-label={t('twoFactor.copyKey')} title={t('twoFactor.copyKey')} onClick={copy}>{copied ? <IconCheck size={18} stroke={2} /> : <IconCopy size={18} stroke={1.5} />}</ActionIcon>}
              </CopyButton>
            </div>
          </div>
          <CodeInput label={t('twoFactor.codeLabel')} value={code} onChange={(value) => (setCode(value), setIsMalformed(false))} error={isMalformed ? t('factor.codeInvalid') : fieldFault} autoFocus />
          {problem && !fieldFault && <Fault error={confirm.error} />}
          <Group gap="sm">
            <Button type="submit" loading={confirm.isPending}>{t('twoFactor.confirm')}</Button>
            <Button variant="default" onClick={onCancel}>{t('twoFactor.cancel')}</Button>
          </Group>
        </Stack>
      </div>
    </form>
  );
}

/** Turning it off and making new codes both ask once more who it is. */
function Proof({ kind, purpose, onDone, onClose }: { kind: AccountKind; purpose: 'off' | 'codes'; onDone: (codes: readonly string[] | null) => void; onClose: () => void }) {
  const { t } = useTranslation('security');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const prove = useMutation({
    mutationFn: async () => {
      if (purpose === 'codes') return (await account.renewBackupCodes(kind, password, code)).backupCodes;
      await account.disableTwoFactor(kind, password, code);
      return null;
    },
    onSuccess: onDone,
  });
  const problem = prove.error ? toProblem(prove.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    prove.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t(purpose === 'off' ? 'twoFactor.proofOff' : 'twoFactor.proofCodes')} size={420}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Text size="sm">{t(purpose === 'off' ? 'twoFactor.proofOffText' : 'twoFactor.proofCodesText')}</Text>
          <PasswordInput size="md" label={t('password')} description={kind === 'customer' ? t('change.none') : undefined} autoComplete="current-password" value={password} error={problem?.fieldMessage('password')} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }} data-autofocus />
          <CodeInput isFree label={t('twoFactor.proofCode')} value={code} onChange={setCode} error={problem?.fieldMessage('code')} />
          {problem && problem.errors.length === 0 && <Fault error={prove.error} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>{t('twoFactor.cancel')}</Button>
            <Button type="submit" color={purpose === 'off' ? 'red' : 'brand'} disabled={code === ''} loading={prove.isPending}>{t(purpose === 'off' ? 'twoFactor.doOff' : 'twoFactor.doCodes')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
