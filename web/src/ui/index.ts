export { StateView, StateMessage, ErrorState } from './StateView';
export { formatMoney, formatTotal, parseMoney, writeMoney, currencyDigits, type MoneyLike } from './money';
export * from './time';
export { useBrand } from './theme';
export { PersonAvatar, personColor, initialsOf } from './PersonAvatar';
export { formatBytes } from './bytes';
export { toWallClock, fromWallClock, addDays, weekdayOf, mondayOf } from './zone';
export { decideBrand } from './brand';
export { NotFoundPage, CrashPage, Framed, PendingPage } from './pages';
