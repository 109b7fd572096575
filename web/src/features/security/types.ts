/** The shapes of what protects an account, the same for users and for customers. */

export interface TwoFactorStatus {
  enabled: boolean;
  method: string | null;
  backupCodesLeft: number;
  requiredByBusiness: boolean;
}

export interface TwoFactorSetup {
  secret: string;
  otpauthUrl: string;
  /** A PNG in a `data:` address. */
  qrCode: string;
  backupCodes: string[];
}

export interface DeviceRow {
  id: string;
  ipAddress: string | null;
  userAgent: string | null;
  deviceName?: string | null;
  createdAt: string;
  lastSeenAt: string;
  isCurrent: boolean;
}

export type AttemptOutcome = 'signed_in' | 'wrong_password' | 'code_required' | 'wrong_code' | 'locked' | 'suspended';
export type AttemptMethod = 'password' | 'link' | 'passkey' | 'oidc';

export interface Attempt {
  id: string;
  at: string;
  ipAddress: string | null;
  deviceName: string | null;
  outcome: AttemptOutcome;
  method: AttemptMethod;
}

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
