export * from './types';
export type * from './paths';
export { Problem, toProblem, parseProblem, CODE_NO_ANSWER, CODE_OFFLINE, CODE_UNREADABLE, type FieldError } from './problem';
export { userSession, customerSession, type AnySession, type SessionKind, type UserProfile, type CustomerProfile } from './session';
export { userApi, customerApi, publicApi, must, mustPage, newKey, fetchAs, type Api } from './client';
export { useUserProfile, useCustomerProfile } from './hooks';
