/** The list of sites as people write it, one on a line, and as the server keeps it. */

/** Lines without what is empty; a path or a slash at the end of an address is no part of the site. */
export function readOrigins(text: string): string[] {
  const lines = text.split(/[\n,]/).map((line) => line.trim()).filter(Boolean).map(toOrigin);
  return [...new Set(lines)];
}

/** What cannot be read stays as it was written, for the server to name. */
function toOrigin(line: string): string {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(line) ? line : `https://${line}`;
  try {
    const { origin } = new URL(withScheme);
    return origin === 'null' ? line : origin;
  } catch {
    return line;
  }
}
