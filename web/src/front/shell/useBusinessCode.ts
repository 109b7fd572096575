/** Finds which business a customer's page is about, and whether the one who is signed in belongs to it. */
import { useCustomerProfile, type CustomerProfile } from '~/api';
import { recallBusiness } from './rememberedBusiness';

/** The address decides, else who is signed in, else the last business seen. */
export function useBusinessCode(named: string | undefined): string | null {
  const profile = useCustomerProfile();
  return named ?? profile?.business.slug ?? recallBusiness();
}

/** The signed-in customer, unless the address names another business: the same person there is another customer. */
export function useCustomerOf(named: string | undefined): CustomerProfile | null {
  const profile = useCustomerProfile();
  if (!profile || named === undefined) return profile;
  const { slug, inviteCode } = profile.business;
  return named === slug || named === inviteCode ? profile : null;
}
