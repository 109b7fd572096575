/**
 * Signs in the customer whom a booking has just created.
 *
 * A booking answers with the pair but leaves no cookie, and only the cookie survives a reload: so the refresh token is
 * traded once, at the route that keeps it. Without an answer the sign-in still holds until the page is left.
 */
import { customerSession, must, publicApi, type CustomerSession } from '~/api';

export async function keepSession(session: CustomerSession): Promise<void> {
  customerSession.start(session);
  const body = { refreshToken: session.refreshToken };
  try {
    const { data } = await must(publicApi.POST('/api/customers/auth/refresh', { body }));
    customerSession.start(data);
  } catch (fault) {
    console.warn('this sign-in will not survive a reload', fault);
  }
}
