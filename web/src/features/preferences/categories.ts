/** What notices are about, in the order in which they are offered. */
export const NOTICE_CATEGORIES = ['orders', 'payments', 'appointments', 'messages', 'calls', 'campaigns', 'team', 'security'] as const;
export type NoticeCategory = (typeof NOTICE_CATEGORIES)[number];
