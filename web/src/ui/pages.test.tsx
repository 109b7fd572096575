import '~/i18n';
import { MantineProvider } from '@mantine/core';
import { render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { CrashPage } from './pages';

const show = (error: unknown) => render(<MantineProvider><CrashPage error={error} /></MantineProvider>);

describe('a screen that cannot be shown', () => {
  it('says that the server is away when its code could not be fetched', () => {
    show(new TypeError('Failed to fetch dynamically imported module: http://localhost/assets/EventsScreen-1.js'));
    expect(screen.getByText(/could not reach the server/)).toBeVisible();
    expect(screen.queryByText(/broke on this page/)).toBeNull();
  });

  it('says that it broke when it broke, and tells the console', () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    show(new Error('undefined is not a function'));
    expect(screen.getByText(/broke on this page/)).toBeVisible();
    expect(told).toHaveBeenCalled();
  });
});
