/** The code a developer copies: complete, with the business's own address and id, and nothing that has to be guessed. */
export const LANGUAGES = ['php', 'curl', 'javascript', 'python'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface SampleParts {
  baseUrl: string;
  apiKey: string;
  type: string;
  data: Record<string, unknown>;
}

export const LANGUAGE_NAMES: Record<Language, string> = { php: 'PHP', curl: 'curl', javascript: 'JavaScript', python: 'Python' };

export function writeSample(language: Language, parts: SampleParts): string {
  return { php: writePhp, curl: writeCurl, javascript: writeJavaScript, python: writePython }[language](parts);
}

/** A first try must not be taken for a repetition of another one, and what is built on it must not come twice. */
const KEY_ADVICE = 'The same key sent again is the same event: use your own order or invoice number.';

function indent(text: string, by: string): string {
  return text.replaceAll('\n', `\n${by}`);
}

/** A text between single quotes, as PHP and shells read it. */
function phpText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function shellText(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function phpValue(value: unknown, pad: string): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return phpText(value);
  if (typeof value !== 'object') return String(value);
  const deeper = `${pad}    `;
  const isList = Array.isArray(value);
  const entries = isList ? value.map((entry) => phpValue(entry, deeper)) : Object.entries(value).map(([name, entry]) => `${phpText(name)} => ${phpValue(entry, deeper)}`);
  if (entries.length === 0) return isList ? '[]' : 'new stdClass()';
  return `[\n${entries.map((entry) => `${deeper}${entry},`).join('\n')}\n${pad}]`;
}

function writePhp({ baseUrl, apiKey, type, data }: SampleParts): string {
  return `<?php
$event = [
    'event_type' => ${phpText(type)},
    'event_data' => ${phpValue(data, '    ')},
    // ${KEY_ADVICE}
    'idempotency_key' => ${phpText(`${type}-`)} . bin2hex(random_bytes(8)),
];

$request = curl_init(${phpText(`${baseUrl}/api/events`)});
curl_setopt_array($request, [
    CURLOPT_POST => true,
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 10,
    CURLOPT_HTTPHEADER => ['Content-Type: application/json', 'X-API-Key: ' . ${phpText(apiKey)}],
    CURLOPT_POSTFIELDS => json_encode($event, JSON_THROW_ON_ERROR),
]);
$answer = json_decode((string) curl_exec($request), true);

if (curl_getinfo($request, CURLINFO_RESPONSE_CODE) !== 202) {
    throw new RuntimeException($answer['detail'] ?? 'No answer');
}
echo $answer['data']['event_id'];
`;
}

function writeCurl({ baseUrl, apiKey, type, data }: SampleParts): string {
  const end = '"\n}';
  const body = JSON.stringify({ event_type: type, event_data: data, idempotency_key: `${type}-` }, null, 2).slice(0, -end.length);
  return `# ${KEY_ADVICE}
curl -X POST ${shellText(`${baseUrl}/api/events`)} \\
  -H ${shellText(`X-API-Key: ${apiKey}`)} \\
  -H 'Content-Type: application/json' \\
  -d ${shellText(body)}"$(date +%s%N)"${shellText(end)}
`;
}

function writeJavaScript({ baseUrl, apiKey, type, data }: SampleParts): string {
  return `// On your server (Node.js 20 or newer): a page must never hold the key.
const response = await fetch(${JSON.stringify(`${baseUrl}/api/events`)}, {
  method: 'POST',
  headers: {
    'Content-Type': 'application/json',
    'X-API-Key': ${JSON.stringify(apiKey)},
  },
  body: JSON.stringify({
    event_type: ${JSON.stringify(type)},
    event_data: ${indent(JSON.stringify(data, null, 2), '    ')},
    // ${KEY_ADVICE}
    idempotency_key: ${JSON.stringify(`${type}-`)} + crypto.randomUUID(),
  }),
  signal: AbortSignal.timeout(10_000),
});

const answer = await response.json();
if (!response.ok) throw new Error(answer.detail);
console.log(answer.data.event_id);
`;
}

function pythonValue(value: unknown, pad: string): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const deeper = `${pad}    `;
  const isList = Array.isArray(value);
  const entries = isList ? value.map((entry) => pythonValue(entry, deeper)) : Object.entries(value).map(([name, entry]) => `${JSON.stringify(name)}: ${pythonValue(entry, deeper)}`);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return `${open}${close}`;
  return `${open}\n${entries.map((entry) => `${deeper}${entry},`).join('\n')}\n${pad}${close}`;
}

function writePython({ baseUrl, apiKey, type, data }: SampleParts): string {
  return `import json
import urllib.request
import uuid

event = {
    "event_type": ${JSON.stringify(type)},
    "event_data": ${pythonValue(data, '    ')},
    # ${KEY_ADVICE}
    "idempotency_key": ${JSON.stringify(`${type}-`)} + str(uuid.uuid4()),
}
request = urllib.request.Request(
    ${JSON.stringify(`${baseUrl}/api/events`)},
    data=json.dumps(event).encode(),
    headers={"Content-Type": "application/json", "X-API-Key": ${JSON.stringify(apiKey)}},
)
with urllib.request.urlopen(request, timeout=10) as response:  # raises on 4xx and 5xx
    print(json.load(response)["data"]["event_id"])
`;
}

/** What a server of theirs answers to its own pages: a token instead of the key. */
export function writeTokenServer({ baseUrl, apiKey, businessId }: { baseUrl: string; apiKey: string; businessId: string }): string {
  return `<?php
// frontdesk-token.php: only for people who are signed in with you
session_start();
if (!isset($_SESSION['user_id'])) {
    http_response_code(401);
    exit;
}
$request = curl_init(${phpText(`${baseUrl}/auth/token`)});
curl_setopt_array($request, [
    CURLOPT_POST => true,
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 10,
    CURLOPT_HTTPHEADER => ['Content-Type: application/json', 'X-API-Key: ' . ${phpText(apiKey)}],
    CURLOPT_POSTFIELDS => json_encode([
        'customer_id' => ${phpText(businessId)},
        'user_id' => $_SESSION['user_id'],
        'session_id' => session_id(),
    ]),
]);
$answer = curl_exec($request);
// What Frontdesk says, a refusal included; 502 when nobody answers.
http_response_code($answer === false ? 502 : curl_getinfo($request, CURLINFO_RESPONSE_CODE));
header('Content-Type: application/json');
header('Cache-Control: no-store');
echo $answer === false ? '{"success":false,"error":"Frontdesk did not answer"}' : $answer;
`;
}

export function writeSidebar({ baseUrl, type, data }: { baseUrl: string; type: string; data: Record<string, unknown> }): string {
  return `<script src="${baseUrl}/assets/js/websocket-sidebar.js"
        data-token-url="/frontdesk-token.php" defer></script>

<script type="module">
  const answer = await websocketSidebar.triggerEvent(${JSON.stringify(type)}, ${indent(JSON.stringify(data, null, 2), '  ')});
  console.log(answer.event_id);
</script>
`;
}

export function writeWhatsApp({ baseUrl, businessId }: { baseUrl: string; businessId: string }): string {
  return `<link rel="stylesheet" href="${baseUrl}/assets/css/whatsapp-sessions.css">
<script src="${baseUrl}/assets/js/whatsapp-sessions.js"
        data-token-url="/frontdesk-token.php" defer></script>

<div id="whatsapp-sessions"></div>
<script type="module">
  const manager = new WhatsAppSessionsManager(${JSON.stringify(businessId)});
  await manager.initialize();
</script>
`;
}

/** The example with every address and number in it replaced, so that a test reaches nobody but who sends it. */
export function aimAt(data: Record<string, unknown>, recipients: { email: readonly string[]; phone: readonly string[] }, email: string): Record<string, unknown> {
  const copy = structuredClone(data);
  for (const path of recipients.email) place(copy, path.split('.'), () => email);
  for (const path of recipients.phone) place(copy, path.split('.'), () => undefined);
  return copy;
}

function place(target: Record<string, unknown>, path: readonly string[], decide: () => unknown): void {
  const [name, ...rest] = path;
  if (name === undefined || !(name in target)) return;
  const value = target[name];
  if (rest.length > 0) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) place(value as Record<string, unknown>, rest, decide);
    return;
  }
  const next = decide();
  if (next === undefined) delete target[name];
  else target[name] = next;
}
