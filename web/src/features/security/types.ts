/** The shapes of what protects an account, the same for users and for customers. */
import type { components } from '~/api/schema';

type Schemas = components['schemas'];

export type TwoFactorStatus = Schemas['TwoFactorStatus'];
export type TwoFactorSetup = Schemas['TwoFactorSetup'];
/** That it is still oneself who sits there. */
export type FreshProof = Schemas['FreshProof'];
export type BackupCodeSet = Schemas['BackupCodes'];
export type OwnAddress = Schemas['OwnAddress'];
export type RestoredAddress = Schemas['RestoredAddress'];
export type DeviceRow = Schemas['SessionView'];
export type Attempt = Schemas['AttemptView'];
export type AttemptPage = Schemas['LoginHistory'];

export type Passkey = Schemas['PasskeyView'];
export type PasskeyChallenge = Schemas['Asked'];
export type OidcProvider = Schemas['OidcProviderView'];
export type Invitation = Schemas['InvitationPage'];
