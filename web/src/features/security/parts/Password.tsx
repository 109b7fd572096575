/** Changing one's own password. */
import { Alert, Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { account, emailOf, type AccountKind } from '../account';
import { isTooShort } from '../words';
import { Fault } from './Fault';
import { SecurityCard } from './SecurityCard';

export function Password({ kind }: { kind: AccountKind }) {
  const { t } = useTranslation('security');
  const [isOpen, setIsOpen] = useState(false);
  const [isDone, setIsDone] = useState(false);
  const done = () => {
    setIsOpen(false);
    setIsDone(true);
  };
  return (
    <SecurityCard title={t('change.title')} text={t('change.text')} action={isOpen ? null : <Button variant="default" onClick={() => setIsOpen(true)}>{t('change.open')}</Button>}>
      {isOpen ? <PasswordForm kind={kind} onDone={done} onCancel={() => setIsOpen(false)} /> : isDone ? <Alert color="green" role="status">{t('change.done')}</Alert> : null}
    </SecurityCard>
  );
}

function PasswordForm({ kind, onDone, onCancel }: { kind: AccountKind; onDone: () => void; onCancel: () => void }) {
  const { t } = useTranslation('security');
  const queries = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [isShort, setIsShort] = useState(false);
  const change = useMutation({
    mutationFn: () => account.changePassword(kind, current, next),
    onSuccess: async () => {
      onDone();
      await queries.invalidateQueries({ queryKey: ['security', kind] });
    },
  });
  const problem = change.error ? toProblem(change.error) : null;
  const wrongCurrent = problem?.errors.some(({ field }) => field === 'currentPassword') ?? false;
  const newFault = problem?.fieldMessage('newPassword') ?? problem?.fieldMessage('password');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsShort(isTooShort(next));
    if (!isTooShort(next)) change.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={360}>
        {/* Password managers look for whose password it is. */}
        <input type="text" autoComplete="username" value={emailOf(kind)} readOnly hidden />
        <PasswordInput size="md" label={t('currentPassword')} description={kind === 'customer' ? t('change.none') : undefined} autoComplete="current-password" value={current} error={wrongCurrent ? t('change.wrong') : undefined} onChange={(event) => setCurrent(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }} autoFocus />
        <PasswordInput size="md" label={t('newPassword')} description={t('passwordHint')} autoComplete="new-password" value={next} error={isShort ? t('passwordShort') : newFault} onChange={(event) => (setNext(event.currentTarget.value), setIsShort(false))} visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }} />
        {problem && !wrongCurrent && !newFault && <Fault error={change.error} />}
        <Group gap="sm">
          <Button type="submit" loading={change.isPending}>{t('change.submit')}</Button>
          <Button variant="default" onClick={onCancel}>{t('change.cancel')}</Button>
        </Group>
        <Text size="xs" c="dimmed">{t('change.text')}</Text>
      </Stack>
    </form>
  );
}
