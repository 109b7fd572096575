/** Another house that vouches for people by OpenID Connect: discovery, keys, a page that lets everybody in, and tokens. */
import { createHash, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

const KEY_ID = 'the-only-key';
const MINUTES_5 = 300;

function base64url(value) {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

export class Issuer {
  #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #codes = new Map();

  /** Who is at the keyboard there; nobody means that they refuse. */
  visitor = null;
  clientId = 'frontdesk';
  clientSecret = 'a secret between two houses';

  async start() {
    this.http = createServer((request, response) => void this.#answer(request, response));
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
    this.url = `http://127.0.0.1:${this.http.address().port}`;
    return this;
  }

  /** What the program has to be told to know this house. */
  get settings() {
    return { OIDC_ISSUER: this.url, OIDC_CLIENT_ID: this.clientId, OIDC_CLIENT_SECRET: this.clientSecret, OIDC_NAME: 'Our directory' };
  }

  stop() {
    this.http.closeAllConnections();
    this.http.close();
  }

  async #answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.url);
    const tell = (body, status = 200) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    if (pathname === '/.well-known/openid-configuration') return tell(this.#about());
    if (pathname === '/jwks') return tell({ keys: [{ ...createPublicKey(this.#keys.privateKey).export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'ES256' }] });
    if (pathname === '/authorize') return response.writeHead(302, { Location: this.#decide(searchParams) }).end();
    if (pathname !== '/token') return tell({ error: 'not_found' }, 404);
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    return this.#trade(new URLSearchParams(Buffer.concat(pieces).toString('utf8')), tell);
  }

  #about() {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      jwks_uri: `${this.url}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    };
  }

  #decide(asked) {
    const back = new URL(asked.get('redirect_uri'));
    back.searchParams.set('state', asked.get('state'));
    if (this.visitor === null) {
      back.searchParams.set('error', 'access_denied');
      return back.href;
    }
    const code = randomUUID();
    this.#codes.set(code, { visitor: this.visitor, nonce: asked.get('nonce'), challenge: asked.get('code_challenge') });
    back.searchParams.set('code', code);
    return back.href;
  }

  #trade(asked, tell) {
    const known = this.#codes.get(asked.get('code'));
    this.#codes.delete(asked.get('code'));
    const proof = createHash('sha256').update(asked.get('code_verifier') ?? '').digest('base64url');
    if (!known || proof !== known.challenge) return tell({ error: 'invalid_grant' }, 400);
    return tell({ access_token: 'opaque', token_type: 'Bearer', expires_in: MINUTES_5, id_token: this.#speak(known) });
  }

  #speak({ visitor, nonce }) {
    const now = Math.floor(Date.now() / 1000);
    const { email, name } = visitor;
    const claims = { iss: this.url, aud: this.clientId, sub: `subject of ${email}`, iat: now, exp: now + MINUTES_5, nonce, email, email_verified: true, name };
    const words = `${base64url({ alg: 'ES256', typ: 'JWT', kid: KEY_ID })}.${base64url(claims)}`;
    const signature = sign('sha256', Buffer.from(words), { key: this.#keys.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${words}.${signature.toString('base64url')}`;
  }
}
