/** The document of the sockets is one that other programs can read: the specification's own parser says so. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DiagnosticSeverity, Parser } from '@asyncapi/parser';
import { startServer } from '../harness/server.js';

/** What contract and source documents name; a client listens or speaks by these. */
const NAMES = ['join_conversation', 'send_message', 'typing_start', 'message_read', 'internal:event', 'event:acknowledged', 'event:progress', 'event:completed', 'event:failed', 'message:sent', 'message:failed', 'whatsapp:qr_generated', 'new_message_notification', 'message_status_update'];

describe('the document of the sockets', () => {
  let server;
  let text;
  let parsed;

  before(async () => {
    server = await startServer({ database: 'sqlite' });
    const answer = await fetch(`${server.url}/api-docs/asyncapi.json`);
    assert.match(answer.headers.get('content-type') ?? '', /json/);
    text = await answer.text();
    parsed = await new Parser().parse(text);
  });
  after(() => server?.stop());

  test('the AsyncAPI document is valid', () => {
    const { document, diagnostics } = parsed;
    const errors = diagnostics.filter(({ severity }) => severity === DiagnosticSeverity.Error).map(({ message, path }) => `${path.join('.')}: ${message}`);
    assert.deepEqual(errors, []);
    assert.ok(document, 'the parser gives no document');
    assert.match(document.version(), /^3\./);
    assert.ok(document.operations().length > 20, `${document.operations().length} operations`);
  });

  test('a document with a fault is told from one without', async () => {
    const broken = JSON.parse(text);
    const [operation] = Object.values(broken.operations);
    operation.action = 'shout';
    const { diagnostics } = await new Parser().parse(JSON.stringify(broken));
    assert.ok(diagnostics.some(({ severity }) => severity === DiagnosticSeverity.Error));
  });

  test('every name that clients use is in it', () => {
    const known = new Set(parsed.document.messages().all().flatMap((message) => [message.id(), message.name()]));
    assert.deepEqual(NAMES.filter((name) => !known.has(name)), []);
  });
});
