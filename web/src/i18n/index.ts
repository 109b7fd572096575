/**
 * Texts. English is the shape that other languages follow; the catalogues of the desk and of the front are added by the
 * screens that need them, so that a visitor of one never downloads the other.
 */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { uiEn } from './en/ui';

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  ns: ['ui'],
  defaultNS: 'ui',
  resources: { en: { ui: uiEn } },
  interpolation: { escapeValue: false },
  react: { useSuspense: false },
  initAsync: false,
});

/** Adds a catalogue once its screens are loaded. */
export function addCatalog(namespace: 'site' | 'chat' | 'desk' | 'events' | 'setup' | 'team' | 'notices' | 'operator' | 'front' | 'move' | 'security', words: object): void {
  if (!i18next.hasResourceBundle('en', namespace)) i18next.addResourceBundle('en', namespace, words, true, true);
}

export { i18next };
