/** The window that asks once more who sits there. */
import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { missingProofs, type ProofName } from '../proof';
import type { FreshProof } from '../types';
import { CodeInput } from './CodeInput';
import { Fault } from './Fault';
import classes from './security.module.css';

interface Props {
  /** Why it is asked for. */
  text: string;
  missing: readonly ProofName[];
  error: unknown;
  isBusy: boolean;
  onSubmit: (proof: FreshProof) => void;
  onClose: () => void;
}

export function ProveAgain({ text, missing, error, isBusy, onSubmit, onClose }: Props) {
  const { t } = useTranslation('security');
  const [proof, setProof] = useState<FreshProof>({});
  const problem = error ? toProblem(error) : null;
  // That something is missing is why this window is here; only what was wrong is a fault.
  const faultOf = (name: ProofName) => (problem?.errors.some(({ field, code }) => field === name && code !== 'REQUIRED') ? problem.fieldMessage(name) : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(proof);
  };
  return (
    <Modal opened onClose={onClose} title={t('again.title')} size={420}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Text size="sm">{text}</Text>
          {missing.includes('password') && <PasswordInput size="md" label={t('password')} autoComplete="current-password" value={proof.password ?? ''} error={faultOf('password')} onChange={(event) => setProof({ ...proof, password: event.currentTarget.value })} visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }} data-autofocus />}
          {missing.includes('code') && <CodeInput isFree label={t('again.code')} value={proof.code ?? ''} onChange={(code) => setProof({ ...proof, code })} error={faultOf('code')} />}
          {problem && missingProofs(error).length === 0 && <Fault error={error} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>{t('again.cancel')}</Button>
            <Button type="submit" loading={isBusy} disabled={missing.some((name) => !proof[name])}>{t('again.go')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Why it did not work; whoever has nothing to prove it with is told the way in words of this screen. */
export function ProofFault({ error }: { error: unknown }) {
  const { t } = useTranslation('security');
  if (error && toProblem(error).code === 'SIGN_IN_AGAIN') return <Text size="sm" role="alert" className={classes['bad']}>{t('again.signIn')}</Text>;
  return <Fault error={error} />;
}
