/** Where customers find this business. */
import { useUserProfile } from '~/api';

export function useStorefrontLink(): string {
  const slug = useUserProfile()?.team.slug ?? '';
  return `${window.location.origin}/s/${slug}`;
}
