/** The words of a line, with the names the business knows. */
import { useTranslation } from 'react-i18next';
import { addCatalog } from '~/i18n';
import { teamEn } from '~/i18n/en/team';
import type { AuditEntry } from './calls';
import { decideSentence, nameActor, type Word } from './says';

addCatalog('team', teamEn);

export function useSays() {
  const { t } = useTranslation('team');
  const { t: words } = useTranslation('desk');
  const role = (name: string) => (name in { owner: 1, admin: 1, manager: 1, staff: 1 } ? words(`role.${name as 'owner'}`).toLowerCase() : name);
  const field = (name: string) => (name in teamEn.audit.field ? t(`audit.field.${name as keyof typeof teamEn.audit.field}`) : name);
  const names = { somebody: t('audit.somebody'), system: t('audit.system'), role, field };
  return {
    field,
    actor: (entry: AuditEntry) => nameActor(entry, names),
    sentence: (entry: AuditEntry) => {
      const said = decideSentence(entry, names);
      return t(`audit.says.${said.sentence}`, said.words as Record<Word, string>);
    },
  };
}
