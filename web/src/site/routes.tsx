/** The pages before sign-in. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '~/app/root';
import { parseNext } from './next';

const landing = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/Landing'), 'Landing'),
});

const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  // The router hands on what an address says unless the route names it: what is refused is named too, as nothing.
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({ next: parseNext(search['next'], window.location.origin) }),
  component: lazyRouteComponent(() => import('./screens/SignIn'), 'SignIn'),
});

const signUp = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  component: lazyRouteComponent(() => import('./screens/SignUp'), 'SignUp'),
});

export const siteRoutes = [landing, signIn, signUp] as const;
