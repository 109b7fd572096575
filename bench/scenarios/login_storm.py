"""Messages at a steady pace, alone and while many people sign in: hashing passwords must not hold up what others say."""

import contextlib
import json
import subprocess
import time

from harness import machine
from harness.load import LOAD_SECONDS_MAX, Results
from harness.report import Row, number

from .send import ack, chat

NAME = "login storm"
CONVERSATIONS, MESSAGES_PER_SECOND = 200, 500
# Far more at once than a machine can hash for: some wait, and the rest is told to come again.
SIGN_INS_AT_ONCE = 64
# Longer than the chat beside it with its connecting.
STORM_SECONDS = 25
STORM_SETTLES_SECONDS = 1
ACK_P99_MS_MAX = 20
TRIES = 2


def sign_ins():
    """The owners that the seeding made, each with the right password: the whole work is done for everyone."""
    login = lambda number: {"email": f"owner{number}@bench.example", "password": "a-long-enough-Passw0rd"}
    return [
        {"method": "POST", "path": "/api/auth/login", "headers": {}, "body": login(number)}
        for number in range(CONVERSATIONS)
    ]


@contextlib.contextmanager
def storm(bench, program, requests):
    """A second load generator; gives its process, and afterwards what it saw in `seen`."""
    command = [bench.tools.program("loadgen", "loadgen"), "http", "--requests", requests, "--addr", program.address]
    command += ["--concurrency", str(SIGN_INS_AT_ONCE), "--warmup", "0", "--duration", str(STORM_SECONDS)]
    command += ["--label", "login-storm", "--server-pid", f"server:{program.pid}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        seen = {}
        try:
            time.sleep(STORM_SETTLES_SECONDS)
            yield process, seen
            text, _ = process.communicate(timeout=LOAD_SECONDS_MAX)
            seen.update(json.loads(text))
        finally:
            process.kill()


def measure(bench, house, requests):
    """The same messages to the same server, first alone and then in the storm: both results, and what the storm saw."""
    steady = chat(house.tokens, CONVERSATIONS, MESSAGES_PER_SECOND)
    for _ in range(TRIES):
        machine.wait_until_quiet(bench.clock.patience())
        with house.starter()() as program:
            calm = bench.load.once(program, steady, f"{NAME}: calm/{house.kind}", house.database)
            with storm(bench, program, requests) as (process, seen):
                # The other load generator is ours, not a foreigner.
                beside = [*steady, "--server-pid", f"storm:{process.pid}"]
                stormy = bench.load.once(program, beside, f"{NAME}: storm/{house.kind}", house.database)
        if max(calm["foreign_cores"], stormy["foreign_cores"]) < machine.FOREIGN_CORES_MAX:
            break
    else:
        bench.remark(f"{NAME}: others used the machine meanwhile")
    return Results(NAME, [calm], True), Results(NAME, [stormy], True), seen


def told(result):
    """Latency of one half in words, and what was wrong with it."""
    p50, p99 = ack(result)
    wrong = result.check()
    return f"{p50:.2f}/{p99:.2f} ms" + (f" ({wrong})" if wrong else "")


def run(bench):
    """One row: what a storm of sign-ins does to the acknowledgement of messages."""
    house = bench.sqlite
    house.ensure()
    calm, stormy, seen = measure(bench, house, house.write("sign-ins", sign_ins()))
    slower = ack(stormy)[1] / ack(calm)[1]
    refused = seen.get("not_2xx") or 0
    answered = seen["requests_per_s"]
    what = (
        f"SQLite: {MESSAGES_PER_SECOND}/s over {CONVERSATIONS} conversations, ack p50/p99 alone, and with "
        f"{SIGN_INS_AT_ONCE} sign-ins at any moment"
    )
    measured = f"{told(calm)} → {told(stormy)}; p99 {slower:.1f} ×; {number(answered)} sign-ins answered/s"
    measured += f", {refused} told to come again" if refused else ""
    met = ack(stormy)[1] < ACK_P99_MS_MAX and not calm.check() and not stormy.check()
    yield Row(NAME, what, f"p99 ack in the storm < {ACK_P99_MS_MAX} ms", measured, met, "login-storm")
