/** Hands the ownership on: asked for with the password, and a code where the account has a second factor, because nobody but the new owner can turn it back. */
import { Alert, Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, userSession, useUserProfile } from '~/api';
import { CodeInput } from '~/features/security/parts/CodeInput';
import { Caution } from '../../parts/Caution';
import { teamQuery, transferOwnership, type Member } from '../calls';

export function TransferForm({ member, onCancel, onDone }: { member: Member; onCancel: () => void; onDone: () => void }) {
  const { t } = useTranslation('team');
  const client = useQueryClient();
  const business = useUserProfile()?.team.name ?? '';
  const asksCode = useUserProfile()?.user.twoFactorEnabled === true;
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const transfer = useMutation({
    mutationFn: () => transferOwnership(member.userId, password, code),
    onSuccess: async () => {
      notifications.show({ message: t('team.transferred', { name: member.name }) });
      onDone();
      // The own role is another one now; the next token says it.
      await userSession.refresh();
      await client.invalidateQueries({ queryKey: teamQuery.queryKey });
    },
  });
  const problem = transfer.error ? toProblem(transfer.error) : null;
  const isWrong = problem !== null && (problem.code === 'WRONG' || problem.fieldMessage('password') !== undefined || problem.code === 'INVALID_CREDENTIALS');
  const codeFault = problem?.fieldMessage('code');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        transfer.mutate();
      }}
    >
      <Stack gap="sm">
        <Caution title={t('team.transferTitle', { name: member.name })}><Text size="sm">{t('team.transferText', { name: member.name, business })}</Text></Caution>
        <PasswordInput label={t('team.transferPassword')} autoComplete="current-password" value={password} onChange={(event) => setPassword(event.currentTarget.value)} error={isWrong ? t('team.passwordWrong') : null} />
        {(asksCode || codeFault) && <CodeInput isFree label={t('team.transferCode')} value={code} onChange={setCode} error={codeFault ? t('team.codeWrong') : undefined} />}
        {problem && !isWrong && !codeFault && <Alert color="red" role="alert">{problem.detail}</Alert>}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>{t('team.keep')}</Button>
          <Button type="submit" color="red" disabled={password === '' || (asksCode && code === '')} loading={transfer.isPending}>{t('team.transferConfirm')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
