/** What a sign-in form can judge by itself, before the server has the last word. */
import { looksLikeEmail, looksLikePhone } from '../booking/draft';

export type SignInField = 'name' | 'email' | 'phone' | 'password';
export type SignInFault = 'nameRequired' | 'emailRequired' | 'email' | 'phone' | 'passwordRequired' | 'passwordShort' | 'needEmailOrPhone';
export type SignInFaults = Partial<Record<SignInField, SignInFault>>;
export type SignInValues = Record<SignInField, string>;

export const PASSWORD_CHARACTERS_MIN = 8;

export function checkPasswordSignIn({ email, password }: SignInValues): SignInFaults {
  return { ...checkEmail(email), ...(password === '' ? { password: 'passwordRequired' } : {}) };
}

export function checkNewAccount({ name, email, phone, password }: SignInValues): SignInFaults {
  const isShort = [...password].length < PASSWORD_CHARACTERS_MIN;
  return { ...checkName(name), ...checkEmail(email), ...checkPhone(phone), ...(isShort ? { password: 'passwordShort' } : {}) };
}

export function checkGuest({ name, email, phone }: SignInValues): SignInFaults {
  if (email.trim() === '' && phone.trim() === '') return { ...checkName(name), email: 'needEmailOrPhone' };
  return { ...checkName(name), ...(email.trim() ? checkEmail(email) : {}), ...checkPhone(phone) };
}

export function checkLink({ email }: SignInValues): SignInFaults {
  return checkEmail(email);
}

function checkName(name: string): SignInFaults {
  return name.trim() === '' ? { name: 'nameRequired' } : {};
}

function checkEmail(email: string): SignInFaults {
  if (email.trim() === '') return { email: 'emailRequired' };
  return looksLikeEmail(email) ? {} : { email: 'email' };
}

function checkPhone(phone: string): SignInFaults {
  return phone.trim() === '' || looksLikePhone(phone) ? {} : { phone: 'phone' };
}
