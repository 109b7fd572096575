/** The top of the storefront as customers will see it, in the colour and the words that are being typed. */
import { SegmentedControl, Text, useComputedColorScheme } from '@mantine/core';
import { IconCalendarEvent, IconMapPin, IconMessageCircle, IconPhone } from '@tabler/icons-react';
import { useState, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '@tanstack/react-query';
import { decideBrand, formatDuration, formatMoney, initialsOf } from '~/ui';
import { servicesQuery } from '../../queries';
import classes from './preview.module.css';

const SERVICES_SHOWN_MAX = 2;

interface Props {
  name: string;
  address: string;
  phone: string;
  about: string;
  brandColor: string;
  logoUrl: string | null;
}

export function StorefrontPreview({ name, address, phone, about, brandColor, logoUrl }: Props) {
  const { t } = useTranslation('team');
  const own = useComputedColorScheme('light');
  const [look, setLook] = useState<'light' | 'dark'>(own);
  const services = (useQuery(servicesQuery).data ?? []).filter(({ active }) => active).slice(0, SERVICES_SHOWN_MAX);
  const { tokens } = decideBrand(brandColor);
  const shownName = name.trim() || t('brand.noName');
  return (
    <section className={classes['frame']} aria-label={t('brand.preview')}>
      <header className={classes['head']}>
        <div><Text fw={600} size="sm">{t('brand.preview')}</Text><Text size="xs" c="dimmed">{t('brand.previewText')}</Text></div>
        <SegmentedControl size="xs" aria-label={t('brand.look')} value={look} onChange={(value) => setLook(value as 'light' | 'dark')} data={[{ value: 'light', label: t('brand.light') }, { value: 'dark', label: t('brand.dark') }]} />
      </header>
      {/* A picture of the page, not a page: nothing in it can be pressed or read out twice. */}
      <div className={classes['page']} data-look={look} style={tokens[look] as CSSProperties} role="img" aria-label={[shownName, address, about].filter(Boolean).join('. ')}>
        <div className={classes['band']} />
        <div className={classes['inner']}>
          {logoUrl ? <img className={classes['tile']} src={logoUrl} alt="" /> : <span className={classes['tile']}>{initialsOf(shownName)}</span>}
          <strong>{shownName}</strong>
          <span className={classes['meta']}>{address && <><IconMapPin size={12} /> {address} · </>}<b>{t('brand.openNow')}</b></span>
          <div className={classes['buttons']}>
            <span data-filled><IconCalendarEvent size={14} /> {t('brand.book')}</span>
            <span><IconMessageCircle size={14} /> {t('brand.chat')}</span>
            {phone && <span><IconPhone size={14} /> {t('brand.call')}</span>}
          </div>
          {about && <p>{about}</p>}
          <div className={classes['subhead']}>{t('brand.services')}</div>
          {services.length === 0 && <div className={classes['service']}><span>{t('brand.exampleService')}</span><em>–</em></div>}
          {services.map((service) => <div key={service.id} className={classes['service']}><span>{service.name}<small>{formatDuration(service.duration)}</small></span><em>{formatMoney(service.price)}</em></div>)}
        </div>
      </div>
    </section>
  );
}
