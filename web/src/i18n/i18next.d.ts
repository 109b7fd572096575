/** Makes `t('desk:…')` a checked name: a text that is not in the catalogue does not compile. */
import 'i18next';
import type { chatEn } from './en/chat';
import type { deskEn } from './en/desk';
import type { eventsEn } from './en/events';
import type { noticesEn } from './en/notices';
import type { operatorEn } from './en/operator';
import type { securityEn } from './en/security';
import type { setupEn } from './en/setup';
import type { siteEn } from './en/site';
import type { teamEn } from './en/team';
import type { uiEn } from './en/ui';
import type { frontEn } from '../front/locales/en';
import type { moveEn } from '../front/locales/move';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'ui';
    resources: {
      ui: typeof uiEn;
      site: typeof siteEn;
      chat: typeof chatEn;
      desk: typeof deskEn;
      events: typeof eventsEn;
      security: typeof securityEn;
      setup: typeof setupEn;
      team: typeof teamEn;
      notices: typeof noticesEn;
      operator: typeof operatorEn;
      front: typeof frontEn;
      move: typeof moveEn;
    };
  }
}
