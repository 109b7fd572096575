"""The three requests that clients make most, over keep-alive connections."""

from harness import seeding
from harness.report import Row, at_most, number
from harness.tools import Missing

NAME = "REST"
WINDOW = ["--warmup", "1", "--duration", "4"]
CONCURRENCY = 16
PAGE = 50
# Messages in each conversation, so that a page is full.
MESSAGES = 200
LIMITS = {"send": 75, "page": 150, "list": 75}
WORDS = {
    "send": "POST /api/messages/send",
    "page": f"a page of {PAGE} messages",
    "list": "the conversation list (one conversation each, as in the reference)",
}
TEXT = "x" * 100


def requests_of(pairs):
    """The request lists by name."""
    post = lambda pair: {
        "method": "POST",
        "path": "/api/messages/send",
        "headers": {"authorization": f"Bearer {pair['tokenB']}"},
        "body": {"conversationId": pair["conversationId"], "content": TEXT},
    }
    return {
        "send": [post(pair) for pair in pairs],
        "page": seeding.read_requests(pairs, lambda p: f"/api/messages/conversations/{p['conversationId']}?limit={PAGE}"),
        "list": seeding.read_requests(pairs, lambda p: "/api/messages/conversations"),
    }


def http(path):
    """Arguments of loadgen."""
    return ["http", "--requests", path, "--concurrency", str(CONCURRENCY), *WINDOW]


def run(bench):
    """On both databases; the Node stack beside PostgreSQL."""
    yield from on(bench, bench.sqlite, "SQLite", {})
    yield from on(bench, bench.need_postgres_house(), "PostgreSQL", beside_node(bench) if bench.full else {})


def on(bench, house, where, beside):
    """The rows of one database."""
    house.ensure(MESSAGES)
    for name in LIMITS:
        # Written anew for each: tokens may have been renewed meanwhile.
        house.ensure(MESSAGES)
        path = house.write(f"rest-{name}", requests_of(house.pairs)[name])
        result = bench.load.measure(house.starter(), http(path), f"rest-{name}/{house.kind}", house.database)
        cost = result.cpu("request", house.parts)
        wrong = result.check()
        parts = " + ".join(number(result.cpu("request", (part,))) for part in house.parts)
        measured = f"{parts} µs, {number(result.get('requests_per_s'))}/s" + (f"; {wrong}" if wrong else "")
        what = f"{where}: {WORDS[name]}, CPU per request incl. database"
        met = at_most(cost, LIMITS[name]) and not wrong
        yield Row(NAME, what, f"≤ {LIMITS[name]} µs", measured, met, f"rest-{name}-{house.kind}", beside.get(name, ""))


def beside_node(bench):
    """The same requests on the Node stack; its conversations hold what the chat rows before this left in them."""
    try:
        peer = bench.node()
    except Missing as missing:
        bench.remark(str(missing))
        return {}
    beside = {}
    files = {"send": "send", "page": "list", "list": "conversations"}
    for name, file in files.items():
        arguments = http(f"{peer.out}/node-http-{file}.json")
        result = bench.load.measure(peer.starter(), arguments, f"rest-{name}/Node stack", bench.postgres.postmaster)
        parts = " + ".join(number(result.cpu("request", (part,))) for part in ("server", "database"))
        beside[name] = f"Node stack: {parts} µs"
    return beside
