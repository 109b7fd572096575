import react from '@vitejs/plugin-react';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import { fileURLToPath } from 'node:url';
import { firstViewGroups } from './scripts/firstView.ts';
import { checkSizes } from './scripts/sizes.ts';

const SERVER_URL = process.env['FRONTDESK_URL'] ?? 'http://localhost:3000';
const DAY_SECONDS = 24 * 60 * 60;

/** Addresses the server answers itself; the app shell must never stand in for them. */
const SERVER_PATHS = [/^\/api/, /^\/api-docs/, /^\/socket\.io/, /^\/health/, /^\/metrics/, /^\/auth\//, /^\/whatsapp\//, /^\/\.well-known\//];

export default defineConfig({
  resolve: { alias: { '~': fileURLToPath(new URL('./src', import.meta.url)) } },
  plugins: [
    react(),
    checkSizes(),
    VitePWA({
      registerType: 'autoUpdate',
      injectRegister: false,
      filename: 'sw.js',
      manifest: {
        name: 'Frontdesk',
        short_name: 'Frontdesk',
        description: 'Bookings and conversations with your customers, in one place.',
        start_url: '/',
        display: 'standalone',
        background_color: '#f6f7f9',
        theme_color: '#3b5bdb',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
        ],
      },
      workbox: {
        // Only the shell is fetched ahead: a customer's phone must not pay for the desk's screens in the background.
        globPatterns: ['index.html', 'manifest.webmanifest', 'assets/app-*.{js,css}', 'assets/{base,react,first}-*.js'],
        navigateFallback: '/index.html',
        navigateFallbackDenylist: SERVER_PATHS,
        cleanupOutdatedCaches: true,
        // What the worker does with a push message; it is asked for with the worker itself.
        importScripts: ['/push-sw.js'],
        runtimeCaching: [
          {
            // What lies deeper has a name that stays: the scripts for foreign pages are asked for again.
            urlPattern: /\/assets\/[^/]+\.(?:js|css|woff2)$/,
            handler: 'CacheFirst',
            options: { cacheName: 'assets', expiration: { maxEntries: 120, maxAgeSeconds: 60 * DAY_SECONDS } },
          },
        ],
      },
    }),
  ],
  server: {
    port: 5173,
    proxy: {
      '/api': { target: SERVER_URL },
      '/socket.io': { target: SERVER_URL, ws: true },
      '/health': { target: SERVER_URL },
    },
  },
  build: {
    target: 'es2022',
    rolldownOptions: {
      output: {
        entryFileNames: 'assets/app-[hash].js',
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'base', test: /node_modules\/(@tanstack\/(react-)?(router|query|history|store)[^/]*|i18next|react-i18next)\// },
            ...firstViewGroups,
            // Shared with the settings, which must not fetch the charts for it.
            { name: 'swatch', test: /node_modules\/@mantine\/core\/esm\/components\/ColorSwatch\// },
            // The charts in three files, none of which a slow line waits long for.
            { name: 'chart-math', test: /node_modules\/(d3-[^/]+|internmap|decimal\.js-light|victory-vendor|es-toolkit|immer|redux|redux-thunk|reselect|react-redux|@reduxjs)\// },
            { name: 'chart-state', test: /node_modules\/recharts\/es6\/(state|util)\// },
            { name: 'charts', test: /node_modules\/(recharts|@mantine\/charts)\// },
            // One file instead of two dozen small ones: each request of a phone costs a kilobyte of headers and a turn.
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./vitest.setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    restoreMocks: true,
  },
});
