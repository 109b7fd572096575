"""Events of another system, each to one or five webhook endpoints: accepted, signed, sent, marked."""

import contextlib
import os

from harness import machine, programs
from harness.report import Row, at_most, number
from harness.seeding import Api
from harness.tools import Missing

NAME = "deliveries"
EVENTS, EVENTS_FULL = 5_000, 20_000
CPU_MAX = {("sqlite", 1): 150, ("sqlite", 5): 90, ("postgres", 1): 350, ("postgres", 5): 180}
LATENCY_MS_MAX = {"p50": 1.0, "p99": 1.6}
STEADY_RATE, STEADY_SECONDS = 200, 8
ENDPOINTS, HEALTHY_SHARE_MIN = 10, 0.95
# Events of the run with a dead endpoint: enough that its circuit breaker is what the rest is measured under.
EVENTS_DEAD = 1_000
CONCURRENCY = 16
TYPE = "bench.tick"


def run(bench):
    """Both databases; the dead endpoint on SQLite."""
    try:
        sink = bench.tools.program("loadgen", "webhook-sink")
    except Missing as missing:
        bench.remark(str(missing))
        return
    count = EVENTS_FULL if bench.full else EVENTS
    yield from on(bench, bench.sqlite, "SQLite", sink, count)
    yield from one_dead(bench, bench.sqlite, sink)
    yield from on(bench, bench.need_postgres_house(), "PostgreSQL", sink, count)


def on(bench, house, where, sink, count):
    """The rows of one database."""
    for endpoints in (1, 5):
        result = measure(bench, house, sink, endpoints, ["--count", str(count)])
        cpu_max = CPU_MAX[house.kind, endpoints]
        cpu = result.cpu("delivery", house.parts)
        wrong = faults(result)
        parts = " + ".join(number(result.cpu("delivery", (part,))) for part in house.parts)
        measured = f"{parts} µs, {number(result.get('deliveries_per_s'))} deliveries/s, {number(result.get('ingest_per_s'))} events accepted/s"
        yield Row(
            NAME, f"{where}: {count:,} events × {endpoints} endpoint{'s' * (endpoints > 1)} (CPU per delivery incl. database)",
            f"≤ {cpu_max} µs", f"{measured}; {wrong}" if wrong else measured, at_most(cpu, cpu_max) and not wrong,
            f"deliveries-{endpoints}-{house.kind}",
        )  # fmt: skip
    steady = ["--count", str(STEADY_RATE * STEADY_SECONDS), "--rate", str(STEADY_RATE)]
    result = measure(bench, house, sink, 1, steady)
    took = {name: result.get("sink", "delivery_us", name) / 1000 for name in LATENCY_MS_MAX}
    wrong = faults(result)
    measured = f"{took['p50']:.2f}/{took['p99']:.2f} ms"
    yield Row(
        NAME, f"{where}: steady {STEADY_RATE} events/s, from sending the event to receiving it (p50/p99)",
        "≤ 1.0/1.6 ms as Svix", f"{measured}; {wrong}" if wrong else measured,
        all(took[name] <= most for name, most in LATENCY_MS_MAX.items()) and not wrong, f"deliveries-latency-{house.kind}",
    )  # fmt: skip


def one_dead(bench, house, sink):
    """Ten endpoints, then the same with one of them dead: what the healthy ones notice of it."""
    arguments = ["--count", str(EVENTS_DEAD)]
    healthy = measure(bench, house, sink, ENDPOINTS, arguments)
    # Nothing listens there: it is refused at once.
    dead = f"http://127.0.0.1:{programs.free_port()}/dead"
    mixed = measure(bench, house, sink, ENDPOINTS - 1, arguments, [dead])
    each = lambda result, endpoints: result.get("deliveries_per_s") / endpoints
    share = each(mixed, ENDPOINTS - 1) / each(healthy, ENDPOINTS)
    wrong = faults(healthy) or faults(mixed)
    measured = f"{share * 100:.0f} % ({number(each(mixed, ENDPOINTS - 1))} against {number(each(healthy, ENDPOINTS))} deliveries/s to each)"
    yield Row(
        NAME, f"SQLite: one dead endpoint in {ENDPOINTS}: rate to each healthy one against that without it",
        f"≥ {HEALTHY_SHARE_MIN * 100:.0f} %", f"{measured}; {wrong}" if wrong else measured,
        share >= HEALTHY_SHARE_MIN and not wrong, "deliveries-dead",
    )  # fmt: skip


def faults(result):
    """What went wrong, in words."""
    found = [f"{n:,.0f} {name}" for name in ("refused", "lost") if (n := result.get(name))]
    twice = result.get("sink", "duplicates")
    return ", ".join(found + ([f"{twice:,.0f} delivered twice"] if twice else []))


def measure(bench, house, sink, endpoints, arguments, further=()):
    """One case against a server that knows these endpoints of one business and nothing else."""
    port = programs.free_port()
    key = subscribe(house, [f"http://127.0.0.1:{port}/hook{n}" for n in range(endpoints)] + list(further))
    body = house.write("event", {"event_type": TYPE, "event_data": {"text": "{{tag}}"}})
    whole = ["ingest", "--url-path", "/api/events", "--header", f"X-API-Key: {key}", "--header", "content-type: application/json",
             "--body-file", body, "--concurrency", str(CONCURRENCY), "--endpoints", str(endpoints),
             "--sink", f"127.0.0.1:{port}", *arguments]  # fmt: skip
    with listening(sink, port, os.path.join(house.folder, "sink.log")):
        label = f"deliveries-{endpoints}{'-dead' * bool(further)}/{house.kind}"
        return bench.load.measure(house.starter(**SETTINGS), whole, label, house.database)


SETTINGS = {"OUTBOUND_ALLOWED_CIDRS": "127.0.0.0/8", "RATE_LIMIT_DISABLED": "1"}


def subscribe(house, urls):
    """Makes exactly these the webhooks of the first business, and gives a key for it."""
    house.ensure()
    token = house.pairs[0]["tokenB"]
    with house.starter(**SETTINGS)() as program:
        api = Api(program.port)
        known = {kind["name"] for kind in api.call("GET", "/api/event-types", None, token)["data"]}
        if TYPE not in known:
            fields = [{"name": "text", "type": "text", "required": True}]
            api.call("POST", "/api/event-types", {"name": TYPE, "description": "A tick.", "fields": fields}, token)
        for hook in api.call("GET", "/api/webhooks", None, token)["data"]:
            api.call("DELETE", f"/api/webhooks/{hook['id']}", None, token)
        for url in urls:
            api.call("POST", "/api/webhooks", {"url": url, "events": [TYPE]}, token)
        for key in api.call("GET", "/api/api-keys", None, token)["data"]:
            api.call("DELETE", f"/api/api-keys/{key['id']}", None, token)
        return api.call("POST", "/api/api-keys", {"name": "bench", "scopes": ["events:write"]}, token)["data"]["key"]


@contextlib.contextmanager
def listening(sink, port, log):
    """The webhook sink for the length of a `with` block."""
    machine.raise_open_files()
    with programs.running([sink, "--listen", f"127.0.0.1:{port}"], {}, log, "/stats", port=port) as program:
        yield program
