/** The places of the settings area: beside what is open on a desktop, a page of their own on a phone. */
import { Link } from '@tanstack/react-router';
import { IconChevronRight, IconServerCog } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { addCatalog } from '~/i18n';
import { teamEn } from '~/i18n/en/team';
import { useIsOperator, useRights } from '../../queries';
import { GROUPS, mayEnter, PLACES, type Place } from '../places';
import classes from './frame.module.css';

addCatalog('team', teamEn);

export function SettingsNav({ current }: { current: Place['name'] | null }) {
  const { t } = useTranslation('team');
  const rights = useRights();
  const isOperator = useIsOperator();
  return (
    <nav className={classes['nav']} aria-label={t('places.label')}>
      {GROUPS.map((group) => {
        const places = PLACES.filter((place) => place.group === group && mayEnter(rights, place.needs));
        return places.length > 0 && (
          <div key={group} className={classes['group']}>
            <h2 id={`places-${group}`}>{t(`places.${group}`)}</h2>
            <ul aria-labelledby={`places-${group}`}>
              {places.map(({ name, icon: Icon, link }) => (
                <li key={name}>
                  <Link {...link} className={classes['place']} activeProps={{}} {...(name === current ? { 'data-current': true, 'aria-current': 'page' as const } : {})}>
                    <Icon size={18} stroke={1.5} aria-hidden />
                    <span>{t(`places.${name}`)}</span>
                    <IconChevronRight size={16} stroke={1.5} aria-hidden className={classes['onward'] ?? ''} />
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
      {isOperator && (
        <div className={classes['group']}>
          <h2 id="places-installation">{t('places.installation')}</h2>
          <ul aria-labelledby="places-installation">
            <li>
              <Link to="/operator" className={classes['place']}>
                <IconServerCog size={18} stroke={1.5} aria-hidden />
                <span>{t('places.operator')}</span>
                <IconChevronRight size={16} stroke={1.5} aria-hidden className={classes['onward'] ?? ''} />
              </Link>
            </li>
          </ul>
        </div>
      )}
    </nav>
  );
}
