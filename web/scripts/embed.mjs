/** Builds the scripts for foreign pages: each one file that needs no other, at an address that stays. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const SCRIPTS = { 'websocket-sidebar': 'sidebar', 'whatsapp-sessions': 'whatsapp' };

for (const [name, folder] of Object.entries(SCRIPTS)) {
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      target: 'es2022',
      outDir: 'dist',
      emptyOutDir: false,
      lib: {
        entry: fileURLToPath(new URL(`../src/embed/${folder}/index.ts`, import.meta.url)),
        formats: ['iife'],
        name: 'frontdesk',
        fileName: () => `assets/js/${name}.js`,
      },
    },
  });
}
