/**
 * Runs a code sample of the source documents as it was printed there. Only host, token and ids are filled in: they are
 * replaced in the text. The sample's own `import io from 'socket.io-client'` finds a module that hands on to the official
 * client and settles the transport, which no sample mentions. Names that a sample uses without declaring them (`socket`,
 * `api`, React's hooks) are looked up by the language itself: as globals, set for the time of the sample.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(HERE, '..', 'out', 'samples');
const OFFICIAL = import.meta.resolve('socket.io-client');

let count = 0;

/** The text of a sample, with what differs from house to house filled in. Every replacement must find its place. */
export async function readSample(name, replacements = {}) {
  let text = await readFile(join(HERE, name), 'utf8');
  for (const [printed, actual] of Object.entries(replacements)) {
    if (!text.includes(printed)) throw new Error(`${name} does not contain ${printed}`);
    text = text.replaceAll(printed, actual);
  }
  return text;
}

/** Loads a sample as a module and gives the names that it declares. */
export async function runSample(name, { transport, replacements, names, globals = {} }) {
  const folder = join(OUT, `${process.pid}-${(count += 1)}`);
  const client = join(folder, 'node_modules', 'socket.io-client');
  await mkdir(client, { recursive: true });
  await writeFile(join(client, 'package.json'), JSON.stringify({ name: 'socket.io-client', type: 'module', main: 'index.js' }));
  await writeFile(
    join(client, 'index.js'),
    `import { io } from ${JSON.stringify(OFFICIAL)};\n` +
      `export default (url, options) => io(url, { ...options, transports: [${JSON.stringify(transport)}], forceNew: true });\n`,
  );
  const file = join(folder, 'sample.mjs');
  await writeFile(file, `${await readSample(name, replacements)}\nexport { ${names.join(', ')} };\n`);
  Object.assign(globalThis, globals);
  try {
    return await import(pathToFileURL(file).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Requests as the documents print them: a line with method and path, then the body. */
export async function readRequest(name, replacements) {
  const [line, ...body] = (await readSample(name, replacements)).split('\n');
  const [method, path] = line.split(' ');
  return { method, path, body: JSON.parse(body.join('\n')) };
}

/** Every key of a printed answer must be in the real one, at the same depth. */
export function findMissingKeys(printed, actual, path = '') {
  if (Array.isArray(printed)) {
    if (!Array.isArray(actual) || actual.length === 0) return [`${path}[]`];
    return findMissingKeys(printed[0], actual[0], `${path}[0]`);
  }
  if (printed === null || typeof printed !== 'object') {
    return actual !== null && actual !== undefined && typeof actual !== typeof printed ? [`${path} is a ${typeof actual}`] : [];
  }
  return Object.entries(printed).flatMap(([key, value]) =>
    actual !== null && typeof actual === 'object' && key in actual ? findMissingKeys(value, actual[key], `${path}.${key}`) : [`${path}.${key}`],
  );
}
