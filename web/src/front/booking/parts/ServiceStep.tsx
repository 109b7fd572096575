/** Step one: one tap chooses a service and goes on to its free times. */
import { Card, Text, Title } from '@mantine/core';
import { IconCircleCheckFilled, IconChevronRight } from '@tabler/icons-react';
import type { Dispatch } from 'react';
import { useTranslation } from 'react-i18next';
import type { Service } from '~/api';
import * as format from '../../format/words';
import type { BookingDraft, DraftAction } from '../draft';
import classes from '../booking.module.css';

interface ServiceStepProps {
  offers: Service[];
  draft: BookingDraft;
  dispatch: Dispatch<DraftAction>;
}

export function ServiceStep({ offers, draft, dispatch }: ServiceStepProps) {
  const { t } = useTranslation('front');
  const choose = (serviceId: string) => {
    dispatch({ type: 'serviceChosen', serviceId });
    dispatch({ type: 'stepOpened', step: 'time' });
  };
  return (
    <section>
      <Title order={2} tabIndex={-1} className={classes.heading}>
        {t('booking.serviceTitle')}
      </Title>
      <Card withBorder padding={0} component="ul" className={classes.offers}>
        {offers.map((offer) => {
          const isChosen = offer.id === draft.serviceId;
          return (
            <li key={offer.id} className={classes.offerItem}>
              <button type="button" className={classes.offer} aria-pressed={isChosen} onClick={() => choose(offer.id)}>
                <span className={classes.offerText}>
                  <span className={classes.offerName}>{offer.name}</span>
                  <Text span size="xs" c="dimmed" lineClamp={2}>
                    {format.duration(offer.duration)}
                    {offer.description ? ` · ${offer.description}` : ''}
                  </Text>
                </span>
                <span className={classes.price}>{format.price(offer.price)}</span>
                {isChosen ? (
                  <IconCircleCheckFilled size={20} aria-hidden className={classes.accent} />
                ) : (
                  <IconChevronRight size={18} aria-hidden className={classes.chevron} />
                )}
              </button>
            </li>
          );
        })}
      </Card>
    </section>
  );
}
