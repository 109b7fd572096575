export { PreferencesForm } from './PreferencesForm';
export { NOTICE_CATEGORIES, type NoticeCategory } from './categories';
