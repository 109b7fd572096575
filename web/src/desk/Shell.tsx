/**
 * The frame of the desk: a narrow rail on a desktop, a bar at the bottom on a phone, the palette over both, and the live
 * connection that every screen shares.
 */
import './desk.css';
import { Box } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsLooking, userSession, useUserProfile } from '~/api';
import { useConversationEvents, useConversations, countUnread, userChat } from '~/features/messaging';
import { addCatalog } from '~/i18n';
import { deskEn } from '~/i18n/en/desk';
import { useLive, userLive } from '~/live';
import { Framed } from '~/ui/pages';
import { useAppointmentEvents } from './live';
import { InboxContext } from './inbox';
import { LookBanner } from './operator/parts/LookBanner';
import { VerifyReminder } from '~/features/security/parts/VerifyReminder';
import { Palette } from './parts/Palette';
import { Rail } from './parts/Rail';
import { Toasts } from './parts/Toasts';
import { useSetupRequired } from './security/useSetupRequired';
import classes from './Shell.module.css';

addCatalog('desk', deskEn);

const SecurityScreen = lazy(async () => ({ default: (await import('./security/SecurityScreen')).SecurityScreen }));

export function Shell() {
  const profile = useUserProfile();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { t } = useTranslation('desk');
  const isSignedIn = profile !== null;

  // A session that ended, here or in another tab, leaves nothing of the business on the screen.
  useEffect(() => {
    if (isSignedIn) return;
    client.clear();
    // Who left on purpose starts afresh; whose session ran out comes back to where they were.
    const search = userSession.getEndReason() === 'expired' ? { next: window.location.pathname + window.location.search } : {};
    void navigate({ to: '/sign-in', search, replace: true });
  }, [isSignedIn, navigate, client]);

  // Another business: what was read of the former one is worth nothing here.
  const teamId = profile?.team.id;
  const shownTeam = useRef(teamId);
  useLayoutEffect(() => {
    if (shownTeam.current !== teamId) client.clear();
    shownTeam.current = teamId;
  }, [teamId, client]);

  if (!isSignedIn) return null;
  return (
    <ModalsProvider>
      <a className={classes['skip']} href="#main">{t('nav.skip')}</a>
      <SignedInShell key={profile.team.id} />
      <Toasts />
    </ModalsProvider>
  );
}

function SignedInShell() {
  const profile = useUserProfile();
  const { isRequired } = useSetupRequired();
  const isLooking = useIsLooking();
  const [isKeepingCodes, setIsKeepingCodes] = useState(false);
  useLive(userLive);
  useAppointmentEvents();
  const { markRead } = useConversationEvents(userChat);
  const inbox = useConversations(userChat, { status: 'active' });
  const unread = countUnread(inbox.data).count;
  return (
    <InboxContext value={{ markRead }}>
      <div className={classes['shell']}>
        <Rail unread={unread} />
        <div className={classes['place']}>
          <LookBanner />
          {profile && !profile.user.emailVerified && !isLooking && <VerifyReminder kind="user" email={profile.user.email} />}
          <Box component="main" id="main" tabIndex={-1} className={classes['main'] ?? ''}>
            {/* Nothing else is answered until there is a second factor, so nothing else is opened. */}
            {isRequired || isKeepingCodes ? <Suspense><SecurityScreen onKeepingCodes={setIsKeepingCodes} /></Suspense> : <Framed value><Outlet /></Framed>}
          </Box>
        </div>
      </div>
      <Palette />
    </InboxContext>
  );
}
