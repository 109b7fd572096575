/** Storefront and customer pages. This file is part of the first download, so screens are only named here. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '~/app/root';

const storefront = createRoute({
  getParentRoute: () => rootRoute,
  path: '/s/$slug',
  component: lazyRouteComponent(() => import('./storefront/screens/StorefrontScreen'), 'StorefrontScreen'),
});

const book = createRoute({
  getParentRoute: () => rootRoute,
  path: '/s/$slug/book',
  validateSearch: (search: Record<string, unknown>): { service?: string } => pickText(search, 'service'),
  component: lazyRouteComponent(() => import('./booking/screens/BookScreen'), 'BookScreen'),
});

const manage = createRoute({
  getParentRoute: () => rootRoute,
  path: '/s/$slug/manage',
  validateSearch: (search: Record<string, unknown>): { token?: string } => pickText(search, 'token'),
  component: lazyRouteComponent(() => import('./manage/screens/ManageScreen'), 'ManageScreen'),
});

const account = createRoute({
  getParentRoute: () => rootRoute,
  path: '/client',
  validateSearch: (search: Record<string, unknown>): { business?: string } => pickText(search, 'business'),
  component: lazyRouteComponent(() => import('./account/screens/AccountScreen'), 'AccountScreen'),
});

const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: '/client/sign-in',
  validateSearch: (search: Record<string, unknown>): { business?: string; token?: string; to?: string; appointment?: string; problem?: string } =>
    pickText(search, 'business', 'token', 'to', 'appointment', 'problem'),
  component: lazyRouteComponent(() => import('./signin/screens/SignInScreen'), 'SignInScreen'),
});

const signInDone = createRoute({
  getParentRoute: () => rootRoute,
  path: '/client/sign-in/done',
  component: lazyRouteComponent(() => import('./signin/screens/SignInDoneScreen'), 'SignInDoneScreen'),
});

const security = createRoute({
  getParentRoute: () => rootRoute,
  path: '/client/security',
  validateSearch: (search: Record<string, unknown>): { business?: string } => pickText(search, 'business'),
  component: lazyRouteComponent(() => import('./security/screens/SecurityScreen'), 'SecurityScreen'),
});

const notices = createRoute({
  getParentRoute: () => rootRoute,
  path: '/client/notices',
  validateSearch: (search: Record<string, unknown>): { business?: string } => pickText(search, 'business'),
  component: lazyRouteComponent(() => import('./notices/screens/NoticesScreen'), 'NoticesScreen'),
});

const forgotPassword = createRoute({
  getParentRoute: () => rootRoute,
  path: '/client/forgot-password',
  validateSearch: (search: Record<string, unknown>): { business?: string } => pickText(search, 'business'),
  component: lazyRouteComponent(() => import('./security/screens/ForgotScreen'), 'ForgotScreen'),
});

const resetPassword = createRoute({
  getParentRoute: () => rootRoute,
  path: '/client/reset-password',
  validateSearch: (search: Record<string, unknown>): { business?: string; token?: string; email?: string } => pickText(search, 'business', 'token', 'email'),
  component: lazyRouteComponent(() => import('./security/screens/ResetScreen'), 'ResetScreen'),
});

const verifyEmail = createRoute({
  getParentRoute: () => rootRoute,
  path: '/client/verify-email',
  validateSearch: (search: Record<string, unknown>): { business?: string; token?: string } => pickText(search, 'business', 'token'),
  component: lazyRouteComponent(() => import('./security/screens/VerifyScreen'), 'VerifyScreen'),
});

const confirmEmail = createRoute({
  getParentRoute: () => rootRoute,
  path: '/client/confirm-email',
  validateSearch: (search: Record<string, unknown>): { business?: string; token?: string } => pickText(search, 'business', 'token'),
  component: lazyRouteComponent(() => import('./security/screens/AddressScreens'), 'ConfirmEmailScreen'),
});

const restoreEmail = createRoute({
  getParentRoute: () => rootRoute,
  path: '/client/restore-email',
  validateSearch: (search: Record<string, unknown>): { business?: string; token?: string } => pickText(search, 'business', 'token'),
  component: lazyRouteComponent(() => import('./security/screens/AddressScreens'), 'RestoreEmailScreen'),
});

const messages = createRoute({
  getParentRoute: () => rootRoute,
  path: '/client/messages',
  validateSearch: (search: Record<string, unknown>): { business?: string; appointment?: string } =>
    pickText(search, 'business', 'appointment'),
  component: lazyRouteComponent(() => import('./messages/screens/MessagesScreen'), 'MessagesScreen'),
});

export const frontRoutes = [storefront, book, manage, account, signIn, signInDone, security, notices, forgotPassword, resetPassword, verifyEmail, confirmEmail, restoreEmail, messages] as const;

/**
 * Addresses are written by anybody: only the named entries, and only as text, go on to a screen. The router would hand on
 * what is left out, so an entry that is refused is there as nothing.
 */
function pickText<Name extends string>(search: Record<string, unknown>, ...names: Name[]): Partial<Record<Name, string>> {
  const picked: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = search[name];
    // The router reads a bare number in an address as one; codes and tokens may look like that.
    picked[name] = typeof value === 'number' ? String(value) : typeof value === 'string' && value !== '' ? value : undefined;
  }
  return picked;
}
