export { StateView, StateMessage, ErrorState } from './StateView';
export { formatMoney, parseMoney, writeMoney, currencyDigits, type MoneyLike } from './money';
export * from './time';
export { useBrand } from './theme';
export { PersonAvatar, personColor, initialsOf } from './PersonAvatar';
export { formatBytes } from './bytes';
export { decideBrand } from './brand';
export { OfflineBanner } from './OfflineBanner';
export { NotFoundPage, CrashPage, PendingPage } from './pages';
