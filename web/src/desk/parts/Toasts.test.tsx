import { MantineProvider } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Toasts } from './Toasts';

function open(isPhone: boolean) {
  vi.mocked(window.matchMedia).mockImplementation((query) => ({ media: query, matches: isPhone, addEventListener: () => undefined, removeEventListener: () => undefined }) as unknown as MediaQueryList);
  render(<MantineProvider env="test"><Toasts /></MantineProvider>);
  act(() => {
    notifications.show({ message: 'Zuri is a manager now' });
    notifications.show({ message: 'It was refused', color: 'red' });
    notifications.show({ message: 'Removed', autoClose: 8000 });
  });
}

describe('what is said in passing', () => {
  afterEach(() => notifications.clean());

  it('makes room on a phone at the next touch; what failed and what may be undone stays', async () => {
    open(true);
    expect(screen.getByText(/^Zuri/)).toBeInTheDocument();
    fireEvent.click(document.body);
    await waitFor(() => expect(screen.queryByText(/^Zuri/)).toBeNull());
    expect(screen.getByText('It was refused')).toBeInTheDocument();
    expect(screen.getByText('Removed')).toBeInTheDocument();
  });

  it('stays for its time where there is room', () => {
    open(false);
    fireEvent.click(document.body);
    expect(screen.getByText(/^Zuri/)).toBeInTheDocument();
  });
});
