/** The providers around every page. */
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useMemo } from 'react';
import { resolveTokens } from '~/ui/tokens';
import { createAppTheme, useBrandColor } from '~/ui/theme';
import { queryClient } from './queryClient';
import { router } from './router';

export function App() {
  const brand = useBrandColor();
  const theme = useMemo(() => createAppTheme(brand), [brand]);
  // The variables are written once, by the provider; a style sheet with the same ones would only make the first view larger.
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={resolveTokens} deduplicateCssVariables={false}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
