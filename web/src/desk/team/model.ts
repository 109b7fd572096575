/** Who may give which role, and what somebody loses by a change. */
import type { Role } from '~/api';
import type { RightLine } from './calls';

/** From the least to the most. */
export const ROLES: readonly Role[] = ['staff', 'manager', 'admin', 'owner'];

export function isBelow(role: Role, other: Role): boolean {
  return ROLES.indexOf(role) < ROLES.indexOf(other);
}

/** The roles that somebody may give: up to their own; ownership goes on by its own way. */
export function rolesToGive(own: Role): readonly Role[] {
  return ROLES.filter((role) => role !== 'owner' && !isBelow(own, role));
}

/** What somebody with `own` may do about a member: nothing about those above them, nor by role about themselves. */
export function decideMoves(own: Role, member: { role: Role; isYou: boolean }): { changesRole: boolean; removes: boolean; transfers: boolean } {
  const administers = own === 'owner' || own === 'admin';
  const reaches = !isBelow(own, member.role);
  return {
    changesRole: administers && reaches && !member.isYou && member.role !== 'owner',
    removes: (administers && reaches && member.role !== 'owner' && !member.isYou) || (member.isYou && member.role !== 'owner' && own !== 'staff'),
    transfers: own === 'owner' && !member.isYou,
  };
}

/** The names of the rights that go with a change to a lower role. */
export function lostRights(rights: readonly RightLine[], from: Role, to: Role): string[] {
  return rights.filter(({ roles }) => roles.includes(from) && !roles.includes(to)).map(({ title }) => title);
}
