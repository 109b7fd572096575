/** Where an invitation's link leads: joining a business, with a new account or with the one that has the address already. */
import { Alert, Anchor, Button, PasswordInput, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, userSession, useUserProfile, type UserSession } from '~/api';
import { account, Fault } from '~/features/security';
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

function Join({ token, invitation }: { token: string; invitation: Invitation }) {
  const { t } = useTranslation('security');
  const router = useRouter();
  const profile = useUserProfile();
  const [name, setName] = useState(invitation.name ?? '');
  const [password, setPassword] = useState('');
  const [faults, setFaults] = useState<{ name?: string; password?: string }>({});
  const join = useMutation({
    mutationFn: () => account.acceptInvitation<UserSession>(token, invitation.needsAccount ? { name: name.trim(), password } : null),
    onSuccess: (session) => {
      userSession.start(session);
      router.history.replace('/dashboard');
    },
  });
  const problem = join.error ? toProblem(join.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = invitation.needsAccount ? { ...(name.trim() ? {} : { name: t('required') }), ...(isTooShort(password) ? { password: t('passwordShort') } : {}) } : {};
    setFaults(found);
    if (Object.keys(found).length === 0) join.mutate();
  };
  if (!invitation.needsAccount && profile?.user.email.toLowerCase() !== invitation.email.toLowerCase()) {
    return (
      <Stack gap="md">
        {profile && <Alert color="yellow">{t('invitation.otherAccount', { email: profile.user.email, invited: invitation.email })}</Alert>}
        <Text size="sm">{t('invitation.signInFirst', { email: invitation.email })}</Text>
        <Button size="md" renderRoot={(props) => <Link {...props} to="/sign-in" search={{ next: `/invitation?token=${encodeURIComponent(token)}` }} />}>{t('signIn')}</Button>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput size="md" label={t('email')} value={invitation.email} readOnly autoComplete="username" />
        {invitation.needsAccount && (
          <>
            <TextInput size="md" label={t('invitation.name')} autoComplete="name" autoFocus value={name} error={faults.name ?? problem?.fieldMessage('name')} onChange={(event) => (setName(event.currentTarget.value), setFaults({}))} />
            <PasswordInput size="md" label={t('password')} description={t('passwordHint')} autoComplete="new-password" value={password} error={faults.password ?? problem?.fieldMessage('password')} onChange={(event) => (setPassword(event.currentTarget.value), setFaults({}))} visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }} />
          </>
        )}
        {problem && problem.errors.length === 0 && <Fault error={join.error} />}
        <Button type="submit" size="md" loading={join.isPending}>{t('invitation.accept', { business: invitation.businessName })}</Button>
        <Anchor component={Link} to="/sign-in" size="sm" c="dimmed" data-alone>{t('backToSignIn')}</Anchor>
      </Stack>
    </form>
  );
}
