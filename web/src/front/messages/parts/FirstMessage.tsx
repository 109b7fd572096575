/**
 * The general thread before its first word. Writing, or the first file, makes the conversation; the message goes to the
 * outbox, which keeps it from then on. Until the conversation exists, the words stay here with a way to try again.
 */
import { Button } from '@mantine/core';
import { IconMessageCircle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { must, type Business } from '~/api';
import { Composer, customerChat, type ComposerDraft } from '~/features/messaging';
import { useUploads } from '~/features/messaging';
import { StateMessage } from '~/ui';
import { describeFault } from '../../fault';
import { Notice } from '../../shell/Notice';
import classes from '../messages.module.css';

const NOTHING = () => undefined;

interface Props {
  business: Business;
  /** The conversation is there and its first message not yet: this screen has to stay. */
  onFile: () => void;
  onCreated: () => void;
}

export function FirstMessage({ business, onFile, onCreated }: Props) {
  const { t } = useTranslation('front');
  const making = useRef<Promise<string> | null>(null);
  const findConversation = useCallback(() => {
    making.current ??= must(customerChat.api.POST('/api/messages/conversations', { body: {} })).then(({ conversation }) => conversation.id);
    // What failed is asked for again by the next who needs it.
    making.current.catch(() => (making.current = null));
    return making.current;
  }, []);
  const place = useCallback(() => {
    onFile();
    return findConversation();
  }, [onFile, findConversation]);
  const uploads = useUploads(customerChat, place);
  const begin = useMutation({
    mutationFn: async (draft: ComposerDraft) => {
      customerChat.findOutbox()?.add({ ...draft, conversationId: await findConversation(), appointmentId: null });
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
        {waiting && <p className={classes.firstWords}>{waiting.content || waiting.attachments.map((file) => file.name).join(', ')}</p>}
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
