/**
 * The shapes of what protects an account, the same for users and for customers. What the server describes is taken from
 * there; the others are as agreed, until their routes are in (`served.ts`).
 */
import type { components } from '~/api/schema';

type Schemas = components['schemas'];

export type TwoFactorStatus = Schemas['TwoFactorStatus'];
export type TwoFactorSetup = Schemas['TwoFactorSetup'];
export type BackupCodeSet = Schemas['BackupCodes'];
export type DeviceRow = Schemas['SessionView'];
export type Attempt = Schemas['AttemptView'];
export type AttemptPage = Schemas['LoginHistory'];

export interface Passkey {
  id: string;
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
}

export interface PasskeyChallenge {
  challengeId: string;
  publicKey: Record<string, unknown>;
}

export interface OidcProvider {
  id: string;
  name: string;
}

export interface Invitation {
  businessName: string;
  email: string;
  role: 'owner' | 'admin' | 'manager' | 'staff';
  invitedBy: string;
  /** Nobody has this address yet: a name and a password are asked for. */
  needsAccount: boolean;
}
