/** The root of all routes: the offline banner above, the page below, and what to show when either is missing. */
import { createRootRoute, Outlet } from '@tanstack/react-router';
import { OfflineBanner } from '~/ui/OfflineBanner';
import { CrashPage, NotFoundPage } from '~/ui/pages';

export const rootRoute = createRootRoute({
  component: () => (
    <>
      <OfflineBanner />
      <Outlet />
    </>
  ),
  notFoundComponent: NotFoundPage,
  errorComponent: CrashPage,
});
