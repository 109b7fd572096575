/**
 * All addresses of the app. Route definitions are small and live in one chunk; every screen behind them is fetched when
 * its address is opened, so that neither app loads the other.
 */
import { createRouter } from '@tanstack/react-router';
import { operatorRoutes } from '~/desk/operator/routes';
import { deskRoutes } from '~/desk/routes';
import { frontRoutes } from '~/front/routes';
import { siteRoutes } from '~/site/routes';
import { PendingPage } from '~/ui/pages';
import { rootRoute } from './root';

const routeTree = rootRoute.addChildren([...siteRoutes, ...deskRoutes, ...operatorRoutes, ...frontRoutes]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: PendingPage,
  defaultPendingMs: 300,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
