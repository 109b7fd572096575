export * from './types';
export type { paths } from './schema';
export { Problem, toProblem, parseProblem, CODE_NO_ANSWER, CODE_OFFLINE, CODE_UNREADABLE, type FieldError } from './problem';
export { userSession, customerSession, type AnySession, type SessionKind, type UserProfile, type CustomerProfile } from './session';
export { userApi, customerApi, publicApi, must, mustPage, mustSlice, parseNextCursor, newKey, fetchAs, type Api } from './client';
export { findShownPlace, keepShown, type KeptPlace } from './keptReads';
export { endLook, takeEndedLook } from './look';
export { useUserProfile, useCustomerProfile, useIsLooking } from './hooks';
