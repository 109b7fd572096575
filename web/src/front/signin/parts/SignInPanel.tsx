/** The three ways in, on one form whose typed words survive a change of mind. */
import { Anchor, Button, Divider, PasswordInput, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import '@mantine/core/styles/FloatingIndicator.layer.css';
import { IconMailCheck, IconMailForward } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { customerSession, Problem, type Business, type CustomerSession } from '~/api';
import { asksForFactor, isLocked, Locked, OtherHouses, PasskeySignIn, SecondFactor, TurnedBack, type Factor } from '~/features/security';
import { StateMessage } from '~/ui';
import { describeFault, fieldFaults } from '../../fault';
import { continueAsGuest, createAccount, sendSignInLink, signInWithPassword } from '../calls';
import { checkGuest, checkLink, checkNewAccount, checkPasswordSignIn, type SignInFault, type SignInFaults, type SignInField, type SignInValues } from '../checks';
import { Notice } from '../../shell/Notice';

type Way = 'password' | 'create' | 'guest';
/** What pressing a button tries: the link needs only the e-mail of the password form. */
type Attempt = Way | 'link';

const CHECKS: Record<Attempt, (values: SignInValues) => SignInFaults> = {
  password: checkPasswordSignIn,
  create: checkNewAccount,
  guest: checkGuest,
  link: checkLink,
};

const SERVER_FIELDS = { name: 'name', email: 'email', phone: 'phone', password: 'password' } as const;
/** Fields in the order they stand on the form, for moving to the first one at fault. */
const FIELD_ORDER: readonly SignInField[] = ['name', 'email', 'phone', 'password'];
const NO_VALUES: SignInValues = { name: '', email: '', phone: '', password: '' };

interface LinkSent {
  email: string;
  /** The e-mail belonged to somebody, so the guest was not let in by it. */
  wasKnown: boolean;
}

interface Props {
  business: Business;
  startsAsGuest: boolean;
  /** Where a sign-in at another house leads afterwards. */
  next: string;
  /** Why another house sent somebody back. */
  turnedBack: string | undefined;
}

export function SignInPanel({ business, startsAsGuest, next, turnedBack }: Props) {
  const { t } = useTranslation('front');
  const { t: ts } = useTranslation('security');
  const [way, setWay] = useState<Way>(startsAsGuest ? 'guest' : 'password');
  const [values, setValues] = useState(NO_VALUES);
  const [faults, setFaults] = useState<SignInFaults>({});
  const [linkSent, setLinkSent] = useState<LinkSent | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const attempt = useMutation({
    mutationFn: async ({ tried, factor }: { tried: Attempt; factor?: Factor }) => {
      const email = values.email.trim();
      if (tried === 'link') {
        await sendSignInLink(business.inviteCode, email);
        setLinkSent({ email, wasKnown: false });
      }
      if (tried === 'password') await signInWithPassword(business.inviteCode, email, values.password, factor);
      if (tried === 'create') await createAccount(business.inviteCode, values);
      if (tried === 'guest' && (await continueAsGuest(business.inviteCode, values)) === 'linkSent') setLinkSent({ email, wasKnown: true });
    },
  });
  const tryIt = (tried: Attempt) => {
    const found = CHECKS[tried](values);
    setFaults(found);
    const first = FIELD_ORDER.find((field) => found[field]);
    if (first) form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
    else attempt.mutate({ tried });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    tryIt(way);
  };
  if (linkSent) return <LinkSentNotice business={business} sent={linkSent} onBack={() => setLinkSent(null)} />;

  // The password was right: it stays on the form while the second step is asked for.
  if (asksForFactor(attempt.error) || (attempt.isPending && attempt.variables.factor)) {
    return (
      <Stack gap="md">
        <Title order={2}>{ts('factor.title')}</Title>
        <SecondFactor error={attempt.error} isBusy={attempt.isPending} onSubmit={(factor) => attempt.mutate({ tried: 'password', factor })} onBack={() => attempt.reset()} passkey={<PasskeySignIn<CustomerSession> isInstead kind="customer" realm={{ inviteCode: business.inviteCode }} onSignedIn={(session) => customerSession.start(session)} />} />
      </Stack>
    );
  }

  const refused = fieldFaults(attempt.error, SERVER_FIELDS);
  const forgot = (words: string) => <Anchor size="sm" fw={600} data-alone renderRoot={(props) => <Link {...props} to="/client/forgot-password" search={{ business: business.slug }} />}>{words}</Anchor>;
  const bind = (field: SignInField) => ({
    name: field,
    value: values[field],
    error: faults[field] ? faultText(faults[field], t) : refused[field],
    size: 'md',
    onChange: (event: { currentTarget: { value: string } }) => {
      setValues({ ...values, [field]: event.currentTarget.value });
      setFaults({ ...faults, [field]: undefined });
    },
  });
  const isSending = attempt.isPending;
  return (
    <Stack gap="md">
      <Text>{t('signIn.to', { business: business.name })}</Text>
      <SegmentedControl
        fullWidth
        size="md"
        aria-label={t('signIn.ways')}
        value={way}
        onChange={(value) => {
          setWay(value as Way);
          setFaults({});
          attempt.reset();
        }}
        data={[
          { value: 'password', label: t('signIn.passwordTab') },
          { value: 'create', label: t('signIn.createTab') },
          { value: 'guest', label: t('signIn.guestTab') },
        ]}
      />
      <form ref={form} onSubmit={submit} noValidate>
        <Stack gap="md">
          {!attempt.error && <TurnedBack code={turnedBack} />}
          {!attempt.error && customerSession.getEndWords() && <Notice tone="failed">{customerSession.getEndWords()}</Notice>}
          {way === 'guest' && <Text size="sm" c="dimmed">{t('signIn.guestHint')}</Text>}
          {way !== 'password' && <TextInput {...bind('name')} label={t('signIn.name')} required autoComplete="name" />}
          <TextInput
            {...bind('email')}
            label={t('signIn.email')}
            required={way !== 'guest'}
            type="email"
            inputMode="email"
            autoComplete={way === 'password' ? 'username' : 'email'}
          />
          {way !== 'password' && (
            <TextInput
              {...bind('phone')}
              label={way === 'guest' ? t('signIn.orPhone') : `${t('signIn.phone')} (${t('booking.field.optional')})`}
              type="tel"
              inputMode="tel"
              autoComplete="tel"
            />
          )}
          {way !== 'guest' && (
            <PasswordInput
              {...bind('password')}
              label={t('signIn.password')}
              description={way === 'create' ? t('signIn.passwordHint') : undefined}
              required
              autoComplete={way === 'create' ? 'new-password' : 'current-password'}
              visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
            />
          )}
          {isLocked(attempt.error) ? <Locked error={attempt.error} reset={forgot(ts('locked.reset'))} /> : <AttemptFailed fault={attempt.error} />}
          <Button type="submit" size="lg" loading={isSending && attempt.variables.tried !== 'link'}>
            {t(way === 'password' ? 'signIn.submit' : way === 'create' ? 'signIn.create' : 'signIn.guest')}
          </Button>
          {way === 'password' && (
            <>
              {!isLocked(attempt.error) && forgot(ts('forgot.link'))}
              <PasskeySignIn<CustomerSession> kind="customer" realm={{ inviteCode: business.inviteCode }} onSignedIn={(session) => customerSession.start(session)} />
              <Divider label={t('signIn.linkOr')} />
              <Button
                variant="default"
                size="lg"
                leftSection={<IconMailForward size={20} aria-hidden />}
                loading={isSending && attempt.variables.tried === 'link'}
                onClick={() => tryIt('link')}
              >
                {t('signIn.link')}
              </Button>
              <OtherHouses kind="customer" realm={{ inviteCode: business.inviteCode }} next={next} size="lg" />
            </>
          )}
        </Stack>
      </form>
    </Stack>
  );
}

/** Faults that a field shows already are not said twice. */
function AttemptFailed({ fault }: { fault: unknown }) {
  const { t } = useTranslation('front');
  const isOnFields = fault instanceof Problem && Object.keys(fieldFaults(fault, SERVER_FIELDS)).length > 0;
  if (!fault || isOnFields) return null;
  return (
    <Notice tone="failed" title={t('signIn.failed')}>
      {describeFault(fault, t).text}
    </Notice>
  );
}

function LinkSentNotice({ business, sent, onBack }: { business: Business; sent: LinkSent; onBack: () => void }) {
  const { t } = useTranslation('front');
  const words = sent.wasKnown
    ? t('signIn.linkSentKnown', { email: sent.email })
    : t('signIn.linkSent', { email: sent.email, business: business.name });
  const action = (
    <Button variant="default" size="md" onClick={onBack}>
      {t('signIn.otherWay')}
    </Button>
  );
  return (
    <div role="status">
      <StateMessage icon={<IconMailCheck size={22} aria-hidden />} tone="brand" title={t('signIn.linkSentTitle')} text={words} action={action} />
    </div>
  );
}

function faultText(fault: SignInFault, t: ReturnType<typeof useTranslation<'front'>>['t']): string {
  switch (fault) {
    case 'passwordRequired':
    case 'passwordShort':
    case 'needEmailOrPhone':
      return t(`signIn.${fault}`);
    default:
      return t(`booking.fieldFault.${fault}`);
  }
}
