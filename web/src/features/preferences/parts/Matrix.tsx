/** Which kind of notice comes by which way: a table on a desktop, a card for each kind on a phone. */
import { Checkbox, Chip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SessionKind } from '~/api';
import { NOTICE_CATEGORIES, type NoticeCategory } from '../categories';
import { WAYS, type Preferences, type Way } from '../calls';
import { isLocked, setWay } from '../model';
import classes from '../preferences.module.css';

/** What goes on inside the business is told to its people only. */
const NOT_FOR_CUSTOMERS: readonly NoticeCategory[] = ['team'];

interface Props {
  categories: Preferences['categories'];
  onChange: (categories: Preferences['categories']) => void;
  isPhone: boolean;
  kind: SessionKind;
}

export function Matrix({ categories, onChange, isPhone, kind }: Props) {
  const { t } = useTranslation('notices');
  const isCustomer = kind === 'customer';
  const shown = NOTICE_CATEGORIES.filter((category) => categories[category] && !(isCustomer && NOT_FOR_CUSTOMERS.includes(category)));
  const textOf = (category: NoticeCategory) => t(isCustomer ? `customerText.${category}` : `categoryText.${category}`);
  const set = (category: NoticeCategory, way: Way, on: boolean) => onChange(setWay(categories, category, way, on));
  const labelOf = (category: NoticeCategory, way: Way) => t('preferences.by', { category: t(`category.${category}`), way: t(`ways.${way}`) });
  if (isPhone) {
    return (
      <div className={classes['cards']}>
        {shown.map((category) => (
          <section key={category} className={classes['card']}>
            <h3>{t(`category.${category}`)}</h3>
            <p>{textOf(category)}</p>
            <div className={classes['chips']} role="group" aria-label={t(`category.${category}`)}>
              {WAYS.map((way) => <Chip key={way} size="sm" classNames={{ label: classes['chip'] ?? '' }} checked={categories[category]?.[way] ?? false} disabled={isLocked(category, way)} onChange={(on) => set(category, way, on)} aria-label={labelOf(category, way)}>{t(`ways.${way}`)}</Chip>)}
            </div>
          </section>
        ))}
      </div>
    );
  }
  return (
    <div className={classes['box']}>
      <table className={classes['matrix']}>
        <caption className="visually-hidden">{t('preferences.matrix')}</caption>
        <thead><tr><td />{WAYS.map((way) => <th key={way} scope="col">{t(`ways.${way}`)}</th>)}</tr></thead>
        <tbody>
          {shown.map((category) => (
            <tr key={category}>
              <th scope="row">{t(`category.${category}`)}<span>{textOf(category)}</span></th>
              {WAYS.map((way) => <td key={way}><Checkbox checked={categories[category]?.[way] ?? false} disabled={isLocked(category, way)} title={isLocked(category, way) ? t('preferences.locked') : undefined} onChange={(event) => set(category, way, event.currentTarget.checked)} aria-label={labelOf(category, way)} classNames={{ root: classes['check'] ?? '' }} /></td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
