import { render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { LastWords } from '~/features/messaging';
import { sampleConversation } from '../model/samples';

const wordsOf = (change: Parameters<typeof sampleConversation>[0]) => render(<LastWords conversation={sampleConversation(change)} />).container.textContent;

describe('the last words of a conversation', () => {
  it('are those of the message, or what it was about, or that it was deleted', () => {
    expect(wordsOf({ lastMessage: 'See you at ten' })).toBe('See you at ten');
    expect(wordsOf({ lastMessage: '1 file' })).toBe('1 file');
    expect(wordsOf({ lastMessage: '' })).toBe('Message deleted');
    expect(wordsOf({ lastMessage: null })).toBe('');
  });
});
