/** The sessions as React sees them. */
import { useSyncExternalStore } from 'react';
import { customerSession, userSession, type CustomerProfile, type UserProfile } from './session';

export function useUserProfile(): UserProfile | null {
  return useSyncExternalStore(userSession.subscribe, userSession.getProfile);
}

export function useCustomerProfile(): CustomerProfile | null {
  return useSyncExternalStore(customerSession.subscribe, customerSession.getProfile);
}

/** Whether what is on the screen is another's business, looked into by an operator. */
export function useIsLooking(): boolean {
  return useSyncExternalStore(userSession.subscribe, userSession.isLooking);
}
