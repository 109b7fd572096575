/** The operator's console, behind sign-in and with a frame of its own. Screens are only named here. */
import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { userSession } from '~/api';
import { rootRoute } from '~/app/root';

const operator = createRoute({
  getParentRoute: () => rootRoute,
  path: '/operator',
  beforeLoad: ({ location }) => {
    if (!userSession.getProfile()) throw redirect({ to: '/sign-in', search: { next: location.href } });
  },
  component: lazyRouteComponent(() => import('./OperatorShell'), 'OperatorShell'),
});

const overview = createRoute({
  getParentRoute: () => operator,
  path: '/',
  component: lazyRouteComponent(() => import('./OverviewScreen'), 'OverviewScreen'),
});

export interface TenantsSearch {
  q?: string;
  status?: 'active' | 'suspended';
  /** The business whose drawer is open. */
  open?: string;
}

function pickText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const tenants = createRoute({
  getParentRoute: () => operator,
  path: '/tenants',
  validateSearch: (search: Record<string, unknown>): TenantsSearch => ({
    q: pickText(search['q']),
    status: search['status'] === 'active' || search['status'] === 'suspended' ? search['status'] : undefined,
    open: pickText(search['open']),
  }),
  component: lazyRouteComponent(() => import('./TenantsScreen'), 'TenantsScreen'),
});

export const operatorRoutes = [operator.addChildren([overview, tenants])] as const;
