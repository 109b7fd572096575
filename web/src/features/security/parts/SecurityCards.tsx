/** Everything that protects an account, in the order in which it matters. */
import { Stack } from '@mantine/core';
import '../words';
import type { AccountKind } from '../account';
import { Devices } from './Devices';
import { History } from './History';
import { Passkeys } from './Passkeys';
import { Password } from './Password';
import { TwoFactor } from './TwoFactor';

interface Props {
  kind: AccountKind;
  personId: string;
  /** Until there is a second factor, the server answers to nothing else. */
  isForced?: boolean;
  onTwoFactorChange?: (() => void) | undefined;
  onKeepingCodes?: ((isKeeping: boolean) => void) | undefined;
}

export function SecurityCards({ kind, personId, isForced = false, onTwoFactorChange, onKeepingCodes }: Props) {
  return (
    <Stack gap="md">
      <TwoFactor kind={kind} personId={personId} onChange={onTwoFactorChange} onKeeping={onKeepingCodes} />
      <Passkeys kind={kind} personId={personId} />
      {!isForced && <Password kind={kind} />}
      <Devices kind={kind} personId={personId} />
      {!isForced && <History kind={kind} personId={personId} />}
    </Stack>
  );
}
