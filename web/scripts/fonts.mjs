/**
 * Cuts the house's typeface down to what nearly every page is written in: the basic Latin letters, the marks the catalogues
 * use, and the two weights of the design. It goes before the whole one in the style sheet, so that a browser fetches more
 * only when it meets more.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import subset from 'subset-font';

const OUT = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'ui', 'fonts');
const WHOLE = createRequire(import.meta.url).resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2');
const WEIGHTS = { min: 400, max: 600 };
const BASIC = [0x20, 0x7e];
/** No-break space, middle dot, times, dashes, quotes, ellipsis. */
const MARKS = [0xa0, 0xb7, 0xd7, 0x2013, 0x2014, 0x2018, 0x2019, 0x201c, 0x201d, 0x2026];

const text = String.fromCodePoint(...Array.from({ length: BASIC[1] - BASIC[0] + 1 }, (_, at) => BASIC[0] + at), ...MARKS);
const font = await subset(readFileSync(WHOLE), text, { targetFormat: 'woff2', variationAxes: { wght: WEIGHTS } });
const hex = (point) => point.toString(16).toUpperCase().padStart(4, '0');
const range = [`U+${BASIC.map(hex).join('-')}`, ...MARKS.map((point) => `U+${hex(point)}`)].join(', ');
const style = `/* Written by scripts/fonts.mjs. */
@font-face {
  font-family: 'Inter Variable';
  font-style: normal;
  font-display: swap;
  font-weight: ${WEIGHTS.min} ${WEIGHTS.max};
  src: url(./inter-basic.woff2) format('woff2-variations');
  unicode-range: ${range};
}
`;

mkdirSync(OUT, { recursive: true });
for (const [name, content] of [['inter-basic.woff2', font], ['basic.css', Buffer.from(style)]]) {
  const path = join(OUT, name);
  // The same bytes are not written again: a file that is newer than the build would make the next one start over.
  if (!existsSync(path) || !readFileSync(path).equals(content)) writeFileSync(path, content);
}
