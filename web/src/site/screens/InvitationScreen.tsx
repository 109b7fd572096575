/** Where an invitation's link leads: joining a business, with a new account or with the one that has the address already. */
import { Alert, Anchor, Button, PasswordInput, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, userSession, useUserProfile, type UserSession } from '~/api';
import { account, asksForFactor, Fault, SecondFactor, type Factor } from '~/features/security';
import type { Invitation } from '~/features/security/types';
import { isTooShort } from '~/features/security/words';
import { ErrorState, StateMessage } from '~/ui/StateView';
import { SitePage } from '../parts/SitePage';

export function InvitationScreen() {
  const { t } = useTranslation('security');
  const { token } = useSearch({ from: '/invitation' });
  const invitation = useQuery({ queryKey: ['site', 'invitation', token], queryFn: () => account.invitation(token ?? ''), enabled: token !== undefined, retry: false });
  const dead = <StateMessage icon={<IconLinkOff size={22} stroke={1.5} aria-hidden />} title={t('invitation.deadTitle')} text={t('invitation.deadText')} action={<Button variant="default" renderRoot={(props) => <Link {...props} to="/" />}>{t('verify.goOn')}</Button>} />;
  if (invitation.data && token) {
    const { businessName, invitedBy, role } = invitation.data;
    return (
      <SitePage title={t('invitation.title', { business: businessName })} text={t('invitation.text', { who: invitedBy, role: t(`invitation.role.${role}`) })}>
        <Join token={token} invitation={invitation.data} />
      </SitePage>
    );
  }
  const isDead = token === undefined || (invitation.error && !toProblem(invitation.error).isUnreachable);
  return (
    <SitePage title={t('invitation.page')}>
      {isDead ? dead : invitation.error ? <ErrorState error={invitation.error} onRetry={() => void invitation.refetch()} /> : <Stack role="status" aria-busy="true"><Skeleton h={20} w="70%" /><Skeleton h={44} /><Skeleton h={44} /></Stack>}
    </SitePage>
  );
}

/** Whom the link was mailed to: somebody new, somebody with an account, or the one who is signed in here. */
function Join({ token, invitation }: { token: string; invitation: Invitation }) {
  const { t } = useTranslation('security');
  const router = useRouter();
  const profile = useUserProfile();
  const isSignedIn = profile?.user.email.toLowerCase() === invitation.email.toLowerCase();
  const needsPassword = !invitation.needsAccount && !isSignedIn;
  const [name, setName] = useState(invitation.name ?? '');
  const [password, setPassword] = useState('');
  const [faults, setFaults] = useState<{ name?: string; password?: string }>({});
  const join = useMutation({
    mutationFn: (factor: Factor | null) => account.acceptInvitation<UserSession>(token, invitation.needsAccount ? { name: name.trim(), password } : needsPassword ? { password, ...factor } : null),
    onSuccess: (session) => {
      userSession.start(session);
      router.history.replace('/dashboard');
    },
  });
  const problem = join.error ? toProblem(join.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = {
      ...(invitation.needsAccount && !name.trim() ? { name: t('required') } : {}),
      ...(invitation.needsAccount && isTooShort(password) ? { password: t('passwordShort') } : {}),
      ...(needsPassword && password === '' ? { password: t('required') } : {}),
    };
    setFaults(found);
    if (Object.keys(found).length === 0) join.mutate(null);
  };
  if (needsPassword && asksForFactor(join.error)) return <SecondFactor error={join.error} isBusy={join.isPending} onSubmit={(factor) => join.mutate(factor)} onBack={() => join.reset()} />;
  const typed = (change: () => void) => {
    change();
    setFaults({});
  };
  const passwordFault = faults.password ?? problem?.fieldMessage('password') ?? (needsPassword && problem?.code === 'INVALID_CREDENTIALS' ? t('change.wrong') : undefined);
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {profile && needsPassword && <Alert color="yellow">{t('invitation.otherAccount', { email: profile.user.email, invited: invitation.email })}</Alert>}
        {needsPassword && <Text size="sm">{t('invitation.byPassword', { email: invitation.email })}</Text>}
        <TextInput size="md" label={t('email')} value={invitation.email} readOnly autoComplete="username" />
        {invitation.needsAccount && <TextInput size="md" label={t('invitation.name')} autoComplete="name" autoFocus value={name} error={faults.name ?? problem?.fieldMessage('name')} onChange={(event) => typed(() => setName(event.currentTarget.value))} />}
        {(invitation.needsAccount || needsPassword) && (
          <PasswordInput size="md" label={t('password')} description={invitation.needsAccount ? t('passwordHint') : undefined} autoComplete={invitation.needsAccount ? 'new-password' : 'current-password'} autoFocus={needsPassword} value={password} error={passwordFault} onChange={(event) => typed(() => setPassword(event.currentTarget.value))} visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }} />
        )}
        {problem && problem.errors.length === 0 && !passwordFault && <Fault error={join.error} />}
        <Button type="submit" size="md" loading={join.isPending}>{t('invitation.accept', { business: invitation.businessName })}</Button>
        {/* Another way in, such as a passkey, leads back here. */}
        <Anchor size="sm" c="dimmed" data-alone renderRoot={(props) => <Link {...props} to="/sign-in" search={needsPassword ? { next: `/invitation?token=${encodeURIComponent(token)}` } : {}} />}>{t(needsPassword ? 'invitation.otherWay' : 'backToSignIn')}</Anchor>
      </Stack>
    </form>
  );
}
