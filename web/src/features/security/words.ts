/** The catalogue of this feature, added once one of its parts is loaded. */
import { addCatalog } from '~/i18n';
import { securityEn } from '~/i18n/en/security';

addCatalog('security', securityEn);

export const PASSWORD_CHARACTERS_MIN = 8;
export const CODE_PATTERN = /^\d{6}$/;

export function isTooShort(password: string): boolean {
  return [...password].length < PASSWORD_CHARACTERS_MIN;
}
