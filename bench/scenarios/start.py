"""From exec to ready on a database that is there, memory at rest, size of the binary."""

import os
import statistics
import subprocess
import time

from harness import machine, programs
from harness.report import Row, number

NAME = "start"
STARTS = 5
READY_MS_MAX, REST_MIB_MAX, BINARY_MIB_MAX = 150, 60, 90
REST_SECONDS = 3


def run(bench):
    """On SQLite with the seeded businesses in it."""
    house = bench.sqlite
    house.ensure()
    machine.wait_until_quiet(bench.clock.patience())
    times = [start_once(house) for _ in range(STARTS)]
    ready = statistics.median(times) * 1000
    with house.starter()() as program:
        time.sleep(REST_SECONDS)
        rest = machine.memory_kib(program.pid) / 1024
    size = os.path.getsize(house.binary) / 1024 / 1024
    yield Row(
        NAME, "exec to ready on an existing database (SQLite)", f"< {READY_MS_MAX} ms",
        f"{number(ready)} ms (worst of {STARTS}: {number(max(times) * 1000)})", ready < READY_MS_MAX, "start-ready",
    )  # fmt: skip
    yield Row(NAME, "resident memory at rest", f"< {REST_MIB_MAX} MiB", f"{number(rest)} MiB", rest < REST_MIB_MAX, "start-rest")
    yield Row(NAME, "size of the binary", f"< {BINARY_MIB_MAX} MiB", f"{number(size)} MiB", size < BINARY_MIB_MAX, "start-size")


def start_once(house):
    """Seconds from exec until readiness is answered with 200."""
    port = programs.free_port()
    env = {**os.environ, **house.environment(), "PORT": str(port)}
    with open(os.path.join(house.folder, "server.log"), "a") as log:
        began = time.monotonic()
        process = subprocess.Popen([house.binary, "serve"], env=env, stdout=log, stderr=log)
    try:
        while not programs.answers(port, "/health/ready"):
            if process.poll() is not None or time.monotonic() - began > programs.READY_SECONDS_MAX:
                raise RuntimeError("the server did not come up")
            time.sleep(0.001)
        return time.monotonic() - began
    finally:
        programs.stop(process)
