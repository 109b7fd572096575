/**
 * The frame of every screen a customer sees: header, one column, and either the four places or the screen's own
 * action bar at the bottom. It sets the business's colour for everything inside and moves focus nowhere by itself.
 */
import { ActionIcon } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Business } from '~/api';
import { addCatalog } from '~/i18n';
import { useBrand } from '~/ui/theme';
import { frontEn } from '../locales/en';
import { FrontNav, type FrontPlace } from './FrontNav';
import classes from './FrontShell.module.css';
import { recallBrand, rememberBrand } from './rememberedBusiness';

addCatalog('front', frontEn);

interface FrontShellProps {
  business?: Pick<Business, 'name' | 'brandColor'> | null;
  slug: string | null;
  active: FrontPlace | null;
  /** The page's heading in the header; a screen with a heading of its own leaves it out. */
  title?: string;
  /** A line under the title. */
  subtitle?: ReactNode;
  onBack?: () => void;
  backLabel?: string;
  headerEnd?: ReactNode;
  /** Replaces the bottom navigation of phones: a screen with one decision shows that instead. */
  bar?: ReactNode;
  width?: 'narrow' | 'column' | 'bare';
  /** Off where the bottom of a phone belongs to something else, such as a composer. */
  withNav?: boolean;
  /** The screen scrolls inside itself, as a chat does. */
  isFixedHeight?: boolean;
  children: ReactNode;
}

export function FrontShell(props: FrontShellProps) {
  const { business, slug, active, width = 'column', isFixedHeight = false, withNav = true, children } = props;
  const { t } = useTranslation('front');
  useBrand(business ? business.brandColor : recallBrand(slug));
  useEffect(() => {
    if (business && slug) rememberBrand(slug, business.brandColor);
  }, [business, slug]);
  return (
    <div className={classes.page} data-fixed={isFixedHeight || undefined}>
        <a href="#front-main" className={classes.skip}>
          {t('nav.skip')}
        </a>
        <FrontHeader {...props} />
        <main
          id="front-main"
          tabIndex={-1}
          className={classes.main}
          data-width={width}
          data-fill={isFixedHeight || undefined}
        >
          {children}
        </main>
        {props.bar ? (
          <footer className={classes.bar}>{props.bar}</footer>
        ) : (
          withNav && (
            <div className={classes.bar} data-nav>
              <FrontNav slug={slug} active={active} />
            </div>
          )
        )}
      </div>
  );
}

function FrontHeader({ business, slug, active, title, onBack, backLabel, headerEnd, subtitle }: FrontShellProps) {
  const { t } = useTranslation('front');
  const onPhone = title !== undefined || onBack !== undefined;
  return (
    <header className={classes.header} data-desktop={onPhone ? undefined : true}>
      {onBack && (
        <ActionIcon variant="subtle" color="gray" size={44} onClick={onBack} aria-label={backLabel ?? t('nav.back')}>
          <IconChevronLeft size={22} aria-hidden />
        </ActionIcon>
      )}
      {title !== undefined ? (
        <div className={classes.titles}>
          <h1 className={classes.title}>{title}</h1>
          {subtitle}
        </div>
      ) : (
        <span className={classes.title}>{business?.name ?? ''}</span>
      )}
      {headerEnd}
      <FrontNav slug={slug} active={active} className={classes.desktopOnly} />
    </header>
  );
}
