/** The pages before sign-in. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '~/app/root';

const landing = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/Landing'), 'Landing'),
});

/** Only a path within this site may follow a sign-in. */
function parseNext(search: Record<string, unknown>): { next?: string } {
  const next = search['next'];
  return typeof next === 'string' && next.startsWith('/') && !next.startsWith('//') ? { next } : {};
}

const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: parseNext,
  component: lazyRouteComponent(() => import('./screens/SignIn'), 'SignIn'),
});

const signUp = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  component: lazyRouteComponent(() => import('./screens/SignUp'), 'SignUp'),
});

export const siteRoutes = [landing, signIn, signUp] as const;
