/** The document of the API is one that other programs can read: an independent validator says so, and refusals are those it names. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { startServer } from '../harness/server.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

describe('the documents that the program serves', () => {
  let server;
  let document;

  before(async () => {
    server = await startServer({ database: 'sqlite' });
    document = await (await fetch(`${server.url}/api-docs/openapi.json`)).json();
  });
  after(() => server?.stop());

  test('the OpenAPI document is valid', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    assert.ok(valid, JSON.stringify(errors, null, 2)?.slice(0, 2000));
    assert.equal(validator.version, '3.1');
  });

  test('every operation says what becomes of what it cannot read', () => {
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method]).map((method) => [`${method} ${path}`, item[method]]),
    );
    assert.ok(operations.length > 150, `${operations.length} operations`);
    const silent = operations.filter(([, operation]) => operation.requestBody && !(operation.responses['400'] && operation.responses['422']));
    assert.deepEqual(silent.map(([name]) => name), []);
  });

  test('an address that is no text, a body that is no JSON and a wrong field are refused as the document says', async () => {
    const ask = (path, body) => fetch(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    for (const [body, status, code] of [['{', 400, 'INVALID_BODY'], ['{"email":7}', 422, 'VALIDATION_ERROR']]) {
      const answer = await ask('/api/auth/login', body);
      assert.equal(answer.status, status);
      assert.ok(document.paths['/api/auth/login'].post.responses[String(status)], `${status} is in the document`);
      assert.equal((await answer.json()).code, code);
    }
  });
});
