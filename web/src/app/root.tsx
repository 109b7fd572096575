/** The root of all routes: the banners above, the page below, and what to show when either is missing. */
import { createRootRoute, Outlet, useLocation } from '@tanstack/react-router';
import { Banners } from '~/ui/Banners';
import { CrashPage, NotFoundPage } from '~/ui/pages';
import { useSimulated } from './simulated';

/** The pages whose writing outlives a lost connection. */
const CONVERSATIONS = /^\/(dashboard|client)\/messages(\/|$)/;

function Root() {
  const { pathname } = useLocation();
  return (
    <>
      <Banners keepsWriting={CONVERSATIONS.test(pathname)} isSimulated={useSimulated()} />
      <Outlet />
    </>
  );
}

export const rootRoute = createRootRoute({
  component: Root,
  notFoundComponent: NotFoundPage,
  errorComponent: CrashPage,
});
