/** The frame of the console: two places and the way back, and a door that opens for operators only. */
import '../desk.css';
import { Button, UnstyledButton } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { IconBuildingStore, IconGauge, IconLayoutDashboard, IconLock, IconLogout } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, useIsLooking, useUserProfile } from '~/api';
import { addCatalog } from '~/i18n';
import { deskEn } from '~/i18n/en/desk';
import { operatorEn } from '~/i18n/en/operator';
import { ErrorState, Framed, PendingPage, StateMessage } from '~/ui';
import { Mark } from '~/ui/Mark';
import { Toasts } from '../parts/Toasts';
import { useSignOut } from '../useSignOut';
import { overviewQuery } from './calls';
import classes from './operator.module.css';

addCatalog('desk', deskEn);
addCatalog('operator', operatorEn);

const PLACES = [
  { to: '/operator', name: 'overview', icon: IconGauge },
  { to: '/operator/tenants', name: 'tenants', icon: IconBuildingStore },
] as const;

export function OperatorShell() {
  const { t } = useTranslation('operator');
  const profile = useUserProfile();
  const navigate = useNavigate();
  const client = useQueryClient();
  const isSignedIn = profile !== null;
  useEffect(() => {
    if (isSignedIn) return;
    client.clear();
    void navigate({ to: '/sign-in', search: {}, replace: true });
  }, [isSignedIn, navigate, client]);
  if (!isSignedIn) return null;
  return (
    <ModalsProvider>
      <a className={classes['skip']} href="#main">{t('nav.skip')}</a>
      <Door />
      <Toasts />
    </ModalsProvider>
  );
}

/** The server says who is an operator; nothing of the console is drawn before it has. */
function Door() {
  const { t } = useTranslation('operator');
  // Who begins or ends a look is between two sessions here; the console is asked with the own one only.
  const isLooking = useIsLooking();
  const query = useQuery({ ...overviewQuery, enabled: !isLooking });
  if (isLooking) return <PendingPage />;
  if (query.data) return <Frame />;
  if (!query.error) return <PendingPage />;
  const { status } = toProblem(query.error);
  if (status !== 403 && status !== 404) return <main id="main"><ErrorState error={query.error} onRetry={() => void query.refetch()} /></main>;
  return <main id="main" className={classes['closed']}><StateMessage order={1} icon={<IconLock size={22} stroke={1.5} />} title={t('closed.title')} text={t('closed.text')} action={<Button variant="default" renderRoot={(props) => <Link {...props} to="/" />}>{t('closed.back')}</Button>} /></main>;
}

function Frame() {
  const { t } = useTranslation('operator');
  const signOut = useSignOut();
  const hasBusiness = Boolean(useUserProfile()?.team);
  return (
    <div className={classes['shell']}>
      <header className={classes['head']}>
        <Link to="/operator" className={classes['name']} aria-label={t('nav.title')}><Mark size={28} /><strong>{t('nav.title')}</strong></Link>
        <nav className={classes['places']} aria-label={t('nav.label')}>
          {PLACES.map(({ to, name, icon: Icon }) => (
            <Link key={name} to={to} className={classes['place']} activeOptions={{ exact: name === 'overview', includeSearch: false }}><Icon size={18} stroke={1.5} aria-hidden /><span>{t(`nav.${name}`)}</span></Link>
          ))}
        </nav>
        <span className={classes['spring']} />
        {hasBusiness && <Link to="/dashboard" className={classes['place']} aria-label={t('nav.desk')} title={t('nav.desk')}><IconLayoutDashboard size={18} stroke={1.5} aria-hidden /></Link>}
        <UnstyledButton className={classes['place'] ?? ''} aria-label={t('nav.signOut')} title={t('nav.signOut')} onClick={() => void signOut()}><IconLogout size={18} stroke={1.5} aria-hidden /></UnstyledButton>
      </header>
      <main id="main" tabIndex={-1} className={classes['main']}><Framed value><Outlet /></Framed></main>
    </div>
  );
}
