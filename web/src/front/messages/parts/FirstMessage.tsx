/**
 * The general thread before its first word. Writing makes the conversation and hands the message to the outbox, which
 * keeps it from then on; until the conversation exists, the words stay here with a way to try again.
 */
import { Button } from '@mantine/core';
import { IconMessageCircle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { must, type Business } from '~/api';
import { Composer, customerChat, type ComposerDraft } from '~/features/messaging';
import { useUploads } from '~/features/messaging';
import { StateMessage } from '~/ui';
import { describeFault } from '../../fault';
import { Notice } from '../../shell/Notice';
import classes from '../messages.module.css';

const NOTHING = () => undefined;

export function FirstMessage({ business, onCreated }: { business: Business; onCreated: () => void }) {
  const { t } = useTranslation('front');
  const uploads = useUploads(customerChat, null);
  const begin = useMutation({
    mutationFn: async (draft: ComposerDraft) => {
      const { conversation } = await must(customerChat.api.POST('/api/messages/conversations', { body: {} }));
      customerChat.findOutbox()?.add({ ...draft, conversationId: conversation.id, appointmentId: null });
    },
    onSuccess: onCreated,
  });
  const { variables: waiting } = begin;
  return (
    <div className={classes.first}>
      <div className={classes.firstBody}>
        <StateMessage
          icon={<IconMessageCircle size={22} aria-hidden />}
          tone="brand"
          title={t('messages.emptyTitle', { business: business.name })}
          text={t('messages.empty')}
        />
        {waiting && <p className={classes.firstWords}>{waiting.content}</p>}
        {begin.error && waiting && (
          <Notice tone="failed" title={t('messages.notSent')}>
            {describeFault(begin.error, t).text}
            <Button size="md" variant="default" mt="xs" onClick={() => begin.mutate(waiting)}>
              {t('action.retry')}
            </Button>
          </Notice>
        )}
      </div>
      <Composer
        uploads={uploads}
        mayAttach={false}
        replyTo={null}
        editing={null}
        onStopReply={NOTHING}
        onStopEdit={NOTHING}
        onEdit={async () => undefined}
        onSend={(draft) => {
          if (begin.isPending || begin.error) return false;
          begin.mutate(draft);
          return true;
        }}
        draftKey="customer.direct"
        size="front"
      />
    </div>
  );
}
