/**
 * Cuts the house's typeface down to what nearly every page is written in: the basic Latin letters, the marks the catalogues
 * use, and the two weights of the design; the rest of the Latin letters are a second, smaller file. Both go before the whole
 * one in the style sheet, so that a browser fetches more only when it meets more.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import subset from 'subset-font';

const OUT = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'ui', 'fonts');
const WHOLE = createRequire(import.meta.url).resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2');
const WEIGHTS = { min: 400, max: 600 };
/** What the style sheets and any text ask for: kerning, composed letters, tabular figures, and the two forms of base.css. */
const FEATURES = ['kern', 'ccmp', 'mark', 'mkmk', 'locl', 'tnum', 'cv11', 'ss03'];
const BASIC = [0x20, 0x7e];
/** No-break space, middle dot, times, dashes, quotes, ellipsis. */
const MARKS = [0xa0, 0xb7, 0xd7, 0x2013, 0x2014, 0x2018, 0x2019, 0x201c, 0x201d, 0x2026];

/** What the whole file has beyond these: accented letters, spaces of all widths, signs. */
const REST = [[0xa1, 0xff], [0x131, 0x131], [0x152, 0x153], [0x2bb, 0x2bc], [0x2c6, 0x2c6], [0x2da, 0x2da], [0x2dc, 0x2dc], [0x2000, 0x200b], [0x2010, 0x2022], [0x202f, 0x2033], [0x2039, 0x203a], [0x2044, 0x2044], [0x20ac, 0x20ac], [0x2122, 0x2122], [0x2191, 0x2191], [0x2193, 0x2193], [0x2212, 0x2212], [0x2215, 0x2215]];

const listOf = ([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at);
const basicPoints = [...listOf(BASIC), ...MARKS];
const restPoints = REST.flatMap(listOf).filter((point) => !MARKS.includes(point));

const whole = readFileSync(WHOLE);
/** Pairs are set closer among the basic letters only: for the others that would be a tenth of their file. */
const REST_FEATURES = FEATURES.filter((feature) => feature !== 'kern');

const cut = (points, features) => subset(whole, String.fromCodePoint(...points), { targetFormat: 'woff2', variationAxes: { wght: WEIGHTS }, keepFeatures: features, noHinting: true });
const hex = (point) => point.toString(16).toUpperCase().padStart(4, '0');

/** U+00A1-00B6 rather than each of them. */
function rangesOf(points) {
  const ranges = [];
  for (const point of [...points].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && point === last[1] + 1) last[1] = point;
    else ranges.push([point, point]);
  }
  return ranges.map(([first, last]) => (first === last ? `U+${hex(first)}` : `U+${hex(first)}-${hex(last)}`)).join(', ');
}

// The face is named for every weight, as the whole one is: a browser that wants a bolder word must not fetch that for it.
const faceOf = (file, points) => `@font-face {
  font-family: 'Inter Variable';
  font-style: normal;
  font-display: swap;
  font-weight: 100 900;
  src: url(./${file}) format('woff2-variations');
  unicode-range: ${rangesOf(points)};
}
`;
const style = `/* Written by scripts/fonts.mjs. */
${faceOf('inter-latin-rest.woff2', restPoints)}${faceOf('inter-basic.woff2', basicPoints)}`;

mkdirSync(OUT, { recursive: true });
const files = [['inter-basic.woff2', await cut(basicPoints, FEATURES)], ['inter-latin-rest.woff2', await cut(restPoints, REST_FEATURES)], ['basic.css', Buffer.from(style)]];
for (const [name, content] of files) {
  const path = join(OUT, name);
  // The same bytes are not written again: a file that is newer than the build would make the next one start over.
  if (!existsSync(path) || !readFileSync(path).equals(content)) writeFileSync(path, content);
}
