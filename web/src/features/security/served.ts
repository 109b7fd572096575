/**
 * Ways to sign in that this server's program answers to. Asking for what it does not know would put a refusal into the
 * console of every visitor, so each is named here once its routes are in.
 */
export const SERVED = { passkeys: true, oidc: true, invitations: true };
