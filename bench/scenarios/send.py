"""Messages between two people who are both online, acknowledged once they are committed and synced."""

import contextlib
import subprocess

from harness import machine
from harness.report import Row, at_most, number
from harness.tools import Missing

NAME = "send"
WINDOW = ["--warmup", "2", "--duration", "5"]
CPU_CLOSED_MAX, RATE_MIN, CPU_STEADY_MAX, ACK_P99_MS_MAX = 30, 25_000, 110, 20
CPU_POSTGRES_MAX = 60
GROUP_COMMIT_GAIN_MIN = 5
STEADY_RATE = 1000
FLOOR_SECONDS_MAX = 60


def chat(tokens, conversations, rate=None):
    """Arguments of loadgen; without a rate each sender sends its next message after ack and delivery."""
    arguments = ["chat", "--tokens", tokens, "--conversations", str(conversations), *WINDOW]
    return arguments + ["--rate", str(rate)] if rate else arguments


def ack(result):
    """Median and 99th percentile in milliseconds."""
    return result.get("ack_us", "p50") / 1000, result.get("ack_us", "p99") / 1000


def told(result, parts):
    """Cost, rate and latency of one case in words."""
    p50, p99 = ack(result)
    cost = " + ".join(number(result.cpu(parts=(part,))) for part in parts)
    words = f"{cost} µs, {number(result.get('delivered_per_s'))}/s, ack {p50:.2f}/{p99:.2f} ms"
    wrong = result.check()
    return f"{words}; {wrong}" if wrong else words


def run(bench):
    """All rows of sending."""
    yield from on(bench, bench.sqlite, "SQLite, full sync", CPU_CLOSED_MAX, is_first=True)
    yield from store_alone(bench)
    yield from on(bench, bench.need_postgres_house(), "PostgreSQL", CPU_POSTGRES_MAX, is_first=False)


def on(bench, house, where, cpu_max, is_first):
    """The rows of one database."""
    house.ensure()
    beside = beside_chat(bench, house, is_first)
    measure = lambda label, arguments, **settings: bench.load.measure(
        house.starter(**settings), arguments, f"{label}/{house.kind}", house.database
    )
    both = "server + database CPU" if house.postgres else "server CPU"
    fast = 0
    for conversations in (50, 200):
        result = measure(f"send-closed{conversations}", chat(house.tokens, conversations))
        cpu, rate = result.cpu(parts=house.parts), result.get("delivered_per_s")
        fast = max(fast, rate)
        met = at_most(cpu, cpu_max) and (rate >= RATE_MIN or not is_first) and not result.check()
        target = f"≤ {cpu_max} µs" + (f", ≥ {RATE_MIN:,}/s" if is_first else "")
        what = f"{where}: {conversations} conversations, closed loop ({both} per delivered message, rate, ack p50/p99)"
        yield Row(NAME, what, target, told(result, house.parts), met, f"send-closed-{house.kind}", beside.get("closed", ""))
    result = measure("send-single", chat(house.tokens, 50), MESSAGE_BATCH_MAX=1)
    what = f"{where}: the same 50 with one transaction per message"
    yield Row(NAME, what, "to compare", told(result, house.parts))
    result = measure("send-steady", chat(house.tokens, 200, STEADY_RATE))
    cpu_steady_max = CPU_STEADY_MAX if is_first else None
    met = at_most(result.cpu(parts=house.parts), cpu_steady_max) and not result.check() if is_first else None
    target = f"≤ {cpu_steady_max} µs" if is_first else "to compare"
    what = f"{where}: steady {STEADY_RATE:,}/s over 200 conversations"
    yield Row(NAME, what, target, told(result, house.parts), met, f"send-steady-{house.kind}", beside.get("steady", ""))
    if is_first:
        half = int(fast / 2)
        result = measure("send-half", chat(house.tokens, 200, half))
        met = ack(result)[1] < ACK_P99_MS_MAX and not result.check()
        what = f"{where}: half load ({half:,}/s over 200 conversations)"
        yield Row(NAME, what, f"p99 ack < {ACK_P99_MS_MAX} ms", told(result, house.parts), met, "send-half")


def beside_chat(bench, house, is_first):
    """The peer of this database: the bare library beside SQLite, the Node stack beside PostgreSQL."""
    try:
        if is_first:
            name, peer, tokens, parts, database = "bare library", bench.bare(), house.tokens, ("server",), None
        else:
            peer = bench.node()
            name, tokens, parts, database = "Node stack", peer.chat_tokens, ("server", "database"), house.database
    except Missing as missing:
        bench.remark(str(missing))
        return {}
    cases = {"closed": chat(tokens, 50), "steady": chat(tokens, 200, STEADY_RATE)}
    results = {
        case: bench.load.measure(peer.starter(), arguments, f"send-{case}/{name}", database)
        for case, arguments in cases.items()
    }
    return {case: f"{name}: {told(result, parts)}" for case, result in results.items()}


def store_alone(bench):
    """What a message costs in SQLite by the size of its commit, without a server."""
    try:
        program = bench.tools.program("store-floor", "store-floor")
    except Missing as missing:
        bench.remark(str(missing))
        return
    machine.wait_until_quiet(bench.clock.patience())
    costs = {}
    with subprocess.Popen([program, bench.folder], stdout=subprocess.PIPE, text=True) as process:
        with contextlib.closing(process.stdout) as lines:
            # The lines with full sync come first; the others are not needed.
            for line in lines:
                if "sync=FULL" not in line:
                    break
                batch = int(line.split("batch=")[1].split(":")[0])
                costs[batch] = float(line.split(" CPU us/msg")[0].rsplit(" ", 1)[1])
                if len(costs) == 4:
                    break
        process.terminate()
        process.wait(FLOOR_SECONDS_MAX)
    gain = costs[1] / costs[max(costs)]
    measured = ", ".join(f"{batch}: {number(cost)} µs" for batch, cost in sorted(costs.items()))
    what = "SQLite alone, full sync: CPU per message by messages in one commit"
    yield Row(NAME, what, f"≥ {GROUP_COMMIT_GAIN_MIN} ×", f"{measured}; {gain:.1f} ×", gain >= GROUP_COMMIT_GAIN_MIN, "store-alone")
