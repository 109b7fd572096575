/**
 * Carries out document C's PHP sample without PHP: reads the two arrays it writes down and sends what its stream context
 * asks for, byte for byte as PHP does it (HTTP/1.0 by its own hand, `json_encode` of a float without superfluous zeros).
 */
import { once } from 'node:events';
import { connect } from 'node:net';

/** The value after `name`, as PHP would hold it: `[…]` with keys is an object, a float keeps that it is one. */
export function readPhpArray(text, name) {
  const start = text.indexOf(name);
  if (start < 0) throw new Error(`the sample has no ${name}`);
  const reader = new Reader(text, text.indexOf('[', start));
  return reader.value();
}

class PhpFloat {
  constructor(literal) {
    this.literal = literal;
  }
}

class Reader {
  constructor(text, at) {
    Object.assign(this, { text, at });
  }

  value() {
    this.#space();
    const rest = this.text.slice(this.at);
    if (rest[0] === '[') return this.#array();
    // Single quotes know two escapes, double quotes those that a header needs.
    const [quoted] = /^'(?:[^'\\]|\\.)*'|^"(?:[^"\\]|\\.)*"/s.exec(rest) ?? [];
    if (quoted) {
      this.at += quoted.length;
      const inside = quoted.slice(1, -1);
      return quoted[0] === "'" ? inside.replaceAll(/\\([\\'])/g, '$1') : JSON.parse(quoted);
    }
    const [number] = /^-?\d+(?:\.\d+)?/.exec(rest) ?? [];
    if (number) {
      this.at += number.length;
      return number.includes('.') ? new PhpFloat(number) : Number(number);
    }
    const [call, variable] = /^json_encode\(\$(\w+)\)/.exec(rest) ?? [];
    if (call) {
      this.at += call.length;
      return encodeJson(readPhpArray(this.text, `$${variable} =`));
    }
    throw new Error(`this is no value of the sample: ${rest.slice(0, 40)}`);
  }

  #array() {
    const object = {};
    for (this.at += 1; ; ) {
      this.#space();
      if (this.text[this.at] === ']') {
        this.at += 1;
        return object;
      }
      const key = this.value();
      this.#space();
      if (!this.text.startsWith('=>', this.at)) throw new Error(`${key} has no value`);
      this.at += 2;
      object[key] = this.value();
      this.#space();
      if (this.text[this.at] === ',') this.at += 1;
    }
  }

  #space() {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1;
  }
}

/** `json_encode`: slashes are escaped, 1500.00 is `1500.0`. */
export function encodeJson(value) {
  if (value instanceof PhpFloat) return value.literal.replace(/(\.\d+?)0+$/, '$1');
  if (typeof value === 'string') return JSON.stringify(value).replaceAll('/', '\\/');
  if (typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}:${encodeJson(part)}`).join(',')}}`;
}

/** `file_get_contents` of the sample, and what PHP has then in `$http_response_header`. */
export async function runPhp(text) {
  const [, address] = /file_get_contents\('([^']+)'/.exec(text) ?? [];
  const { http } = readPhpArray(text, 'stream_context_create(');
  const { hostname, port, pathname, host } = new URL(address);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(`${http.method} ${pathname} HTTP/1.0\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(http.content)}\r\n${http.header}\r\n\r\n${http.content}`);
  const answer = Buffer.concat(await socket.toArray()).toString();
  const split = answer.indexOf('\r\n\r\n');
  return { status: Number(answer.split(' ')[1]), body: JSON.parse(answer.slice(split + 4)) };
}
