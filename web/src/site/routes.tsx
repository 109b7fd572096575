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
  validateSearch: (search: Record<string, unknown>): { next?: string; problem?: string } => ({ next: parseNext(search['next'], window.location.origin), problem: pickCode(search['problem']) }),
  component: lazyRouteComponent(() => import('./screens/SignIn'), 'SignIn'),
});

const signUp = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  component: lazyRouteComponent(() => import('./screens/SignUp'), 'SignUp'),
});

const forgotPassword = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./screens/ForgotPassword'), 'ForgotPassword'),
});

const resetPassword = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  validateSearch: (search: Record<string, unknown>): { token?: string; email?: string } => ({ token: pickText(search['token']), email: pickText(search['email']) }),
  component: lazyRouteComponent(() => import('./screens/ResetPassword'), 'ResetPassword'),
});

const verifyEmail = createRoute({
  getParentRoute: () => rootRoute,
  path: '/verify-email',
  validateSearch: (search: Record<string, unknown>): { token?: string } => ({ token: pickText(search['token']) }),
  component: lazyRouteComponent(() => import('./screens/VerifyEmail'), 'VerifyEmail'),
});

const confirmEmail = createRoute({
  getParentRoute: () => rootRoute,
  path: '/confirm-email',
  validateSearch: (search: Record<string, unknown>): { token?: string } => ({ token: pickText(search['token']) }),
  component: lazyRouteComponent(() => import('./screens/ConfirmEmail'), 'ConfirmEmail'),
});

const restoreEmail = createRoute({
  getParentRoute: () => rootRoute,
  path: '/restore-email',
  validateSearch: (search: Record<string, unknown>): { token?: string } => ({ token: pickText(search['token']) }),
  component: lazyRouteComponent(() => import('./screens/RestoreEmail'), 'RestoreEmail'),
});

const signInDone = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in/done',
  component: lazyRouteComponent(() => import('./screens/SignInDone'), 'SignInDone'),
});

const invitation = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  validateSearch: (search: Record<string, unknown>): { token?: string } => ({ token: pickText(search['token']) }),
  component: lazyRouteComponent(() => import('./screens/InvitationScreen'), 'InvitationScreen'),
});

/** The router reads a bare number in an address as one; tokens may look like that. */
function pickText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A reason as another house's door says it: a code, and nothing that could be read as a sentence of ours. */
function pickCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Z_]{3,40}$/.test(value) ? value : undefined;
}

export const siteRoutes = [landing, signIn, signUp, forgotPassword, resetPassword, verifyEmail, confirmEmail, restoreEmail, signInDone, invitation] as const;
