"""Sockets of many people that only stand there: what each keeps in memory, what they cost while nothing happens, and what
it cost to let each in."""

from harness import seeding
from harness.report import Row, number
from harness.tools import Missing

NAME = "idle"
CONNECTIONS = 10_000
# Files that the server and the load generator need beside the sockets.
OTHER_FILES = 500
HOLD_SECONDS = 15
KIB_MAX, KIB_AIM = 28, 16
IDLE_CORE_SHARE_MAX = 0.02
HANDSHAKE_US_MAX = 80


def run(bench):
    """Ours, then the peers."""
    connections = min(CONNECTIONS, bench.open_files - OTHER_FILES)
    if connections < CONNECTIONS:
        bench.remark(f"idle: the limit of open files is {bench.open_files}, so {connections} sockets stand for {CONNECTIONS}")
    house = bench.sqlite
    house.renew()
    with house.starter()() as program:
        people = seeding.seed_people(program.port, connections)
        house.wait_for_outbox()
    tokens = house.write("people", people)
    arguments = ["idle", "--tokens", tokens, "--connections", str(connections), "--hold", str(HOLD_SECONDS)]
    ours = bench.load.measure(house.starter(), arguments, f"idle{connections}/sqlite", runs=1)
    beside = []
    try:
        beside.append(("bare library", bench.load.measure(bench.bare().starter(), arguments, "idle/bare library", runs=1)))
        peer = bench.node()
        theirs = ["idle", "--tokens", peer.chat_tokens, *arguments[3:]]
        beside.append(("Node stack", bench.load.measure(peer.starter(), theirs, "idle/Node stack", runs=1)))
    except Missing as missing:
        bench.remark(str(missing))
    say = lambda part: "; ".join(f"{name}: {part(result)}" for name, result in beside)
    memory = lambda result: f"{number(kib(result))} KiB"
    wrong = ours.check()
    wrong = f"; {wrong}" if wrong else ""
    yield Row(
        NAME, f"{connections:,} authenticated sockets: resident memory of each", f"≤ {KIB_MAX} KiB, aim {KIB_AIM}",
        memory(ours) + wrong, kib(ours) <= KIB_MAX and not wrong, "idle-memory", say(memory),
    )  # fmt: skip
    share = lambda result: result.get("idle_cpu", "server", "cores")
    percent = lambda result: f"{share(result) * 100:.1f} %"
    yield Row(
        NAME, f"{connections:,} sockets: share of one core while idle", f"< {IDLE_CORE_SHARE_MAX:.0%}",
        percent(ours), share(ours) < IDLE_CORE_SHARE_MAX, "idle-cpu", say(percent),
    )  # fmt: skip
    cost = lambda result: f"{number(handshake(result))} µs"
    yield Row(
        "connect", "handshake with token to first event: server CPU", f"≤ {HANDSHAKE_US_MAX} µs",
        cost(ours), handshake(ours) <= HANDSHAKE_US_MAX, "connect", say(cost),
    )  # fmt: skip


def kib(result):
    """Resident KiB per socket at the end of the time they stood there."""
    return result.get("memory", "server", "rss_end_kb_per_connection")


def handshake(result):
    """CPU microseconds to let one in."""
    return result.get("handshake_cpu", "server", "cpu_us_per_connection")
