/** The business side, behind sign-in. */
import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { userSession } from '~/api';
import { rootRoute } from '~/app/root';

const dashboard = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dashboard',
  beforeLoad: ({ location }) => {
    if (!userSession.getProfile()) throw redirect({ to: '/sign-in', search: { next: location.href } });
  },
  component: lazyRouteComponent(() => import('./Shell'), 'Shell'),
});

const overview = createRoute({
  getParentRoute: () => dashboard,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/Overview'), 'Overview'),
});

export const deskRoutes = [dashboard.addChildren([overview])] as const;
