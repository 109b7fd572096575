/**
 * A build that a customer's phone would wait for fails: everything the storefront needs before it can be read, packed, and
 * the size of each single script. What a browser really fetches, with its headers and answers, is counted by the journey
 * `first-view`.
 */
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const KIB = 1024;
const FIRST_VIEW_BYTES_MAX = 200 * KIB;
const CHUNK_BYTES_MAX = 300 * KIB;
/** As `compress.mjs` does it. */
const PACKING = { level: 9 };
const FIRST_SCREEN = /\/StorefrontScreen\.tsx$/;
/** The letters of nearly every page, and those that a name with an accent adds. */
const FIRST_FONTS = /inter-(basic|latin-rest).*\.woff2$/;

export function checkSizes(): Plugin {
  return {
    name: 'frontdesk-sizes',
    enforce: 'post',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
      const assets = Object.values(bundle).filter((part) => part.type === 'asset');
      for (const chunk of chunks) {
        const bytes = Buffer.byteLength(chunk.code);
        if (bytes > CHUNK_BYTES_MAX) this.error(`${chunk.fileName} has ${kib(bytes)}; a script may have ${kib(CHUNK_BYTES_MAX)}`);
      }
      const needed = new Set<string>();
      const need = (fileName: string): void => {
        const chunk = chunks.find((known) => known.fileName === fileName);
        if (!chunk || needed.has(fileName)) return;
        needed.add(fileName);
        for (const style of chunk.viteMetadata?.importedCss ?? []) needed.add(style);
        chunk.imports.forEach(need);
      };
      const first = chunks.filter((chunk) => chunk.isEntry || FIRST_SCREEN.test(chunk.facadeModuleId ?? ''));
      if (first.length < 2) this.error('the storefront is not among the screens');
      for (const chunk of first) need(chunk.fileName);
      const scripts = chunks.filter((chunk) => needed.has(chunk.fileName)).map((chunk) => gzipSync(chunk.code, PACKING).length);
      const styles = assets.filter((asset) => needed.has(asset.fileName)).map((asset) => gzipSync(asset.source, PACKING).length);
      const fonts = assets.filter((asset) => FIRST_FONTS.test(asset.fileName)).map((asset) => asset.source.length);
      const files = [...scripts, ...styles, ...fonts];
      const sum = files.reduce((all, bytes) => all + bytes, 0);
      const words = `the first view of the storefront: ${kib(sum)} (${scripts.length} scripts, ${styles.length} styles, ${fonts.length} fonts) of ${kib(FIRST_VIEW_BYTES_MAX)}`;
      if (sum > FIRST_VIEW_BYTES_MAX) this.error(words);
      this.info(words);
    },
  };
}

function kib(bytes: number): string {
  return `${Math.ceil(bytes / KIB)} KiB`;
}
