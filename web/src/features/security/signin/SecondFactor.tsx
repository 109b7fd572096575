/** The second step of a sign-in: the code from the app, or a backup code where the app is not at hand. */
import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { CodeInput } from '../parts/CodeInput';
import { Fault } from '../parts/Fault';
import { CODE_PATTERN } from '../words';

export type Factor = { code: string } | { backupCode: string };

interface Props {
  /** What the server answered to the last try; the first one only says that a factor is asked for. */
  error: unknown;
  isBusy: boolean;
  onSubmit: (factor: Factor) => void;
  onBack: () => void;
  /** Signing in by a passkey instead, which stands for both steps; offered to who has one. */
  passkey?: ReactNode;
}

const FACTOR_CODES: readonly string[] = ['TWO_FACTOR_REQUIRED', 'INVALID_TWO_FACTOR_CODE'];

/** Whether the password was right and only the second factor is missing or wrong. */
export function asksForFactor(error: unknown): boolean {
  return Boolean(error) && FACTOR_CODES.includes(toProblem(error).code);
}

/** Whether the one whose first step was right has a passkey, as the server says it. */
function hasPasskey(error: unknown): boolean {
  const methods = error ? toProblem(error).body['methods'] : null;
  return Array.isArray(methods) && methods.includes('passkey');
}

export function SecondFactor({ error, isBusy, onSubmit, onBack, passkey }: Props) {
  const { t } = useTranslation('security');
  const [isBackup, setIsBackup] = useState(false);
  const [value, setValue] = useState('');
  const [isMalformed, setIsMalformed] = useState(false);
  const problem = error ? toProblem(error) : null;
  const isWrong = problem?.code === 'INVALID_TWO_FACTOR_CODE';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isBackup) {
      if (value) onSubmit({ backupCode: value });
      return;
    }
    const isFine = CODE_PATTERN.test(value);
    setIsMalformed(!isFine);
    if (isFine) onSubmit({ code: value });
  };
  // Said with the refusal; while the next try is under way it is still so.
  const [offersPasskey, setOffersPasskey] = useState(() => hasPasskey(error));
  if (!offersPasskey && hasPasskey(error)) setOffersPasskey(true);
  const swap = () => {
    setIsBackup(!isBackup);
    setValue('');
    setIsMalformed(false);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">{t(isBackup ? 'factor.backupText' : 'factor.text')}</Text>
        <CodeInput
          key={String(isBackup)}
          autoFocus
          isFree={isBackup}
          label={t(isBackup ? 'factor.backupCode' : 'factor.code')}
          value={value}
          onChange={(next) => (setValue(next), setIsMalformed(false))}
          error={isMalformed ? t('factor.codeInvalid') : isWrong ? problem.detail : undefined}
        />
        {problem && !FACTOR_CODES.includes(problem.code) && <Fault error={error} />}
        <Button type="submit" size="md" loading={isBusy}>{t('factor.submit')}</Button>
        {offersPasskey && passkey}
        <Anchor component="button" type="button" size="sm" data-alone onClick={swap}>{t(isBackup ? 'factor.useApp' : 'factor.useBackup')}</Anchor>
        <Anchor component="button" type="button" size="sm" c="dimmed" data-alone onClick={onBack}>{t('backToSignIn')}</Anchor>
      </Stack>
    </form>
  );
}
