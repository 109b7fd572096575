"""Runs loadgen against a program and decides whether the result counts."""

import json
import statistics
import subprocess
import time

from . import machine

LOAD_SECONDS_MAX = 150
SETTLE_SECONDS = 0.7


class Load:
    """One measuring session: repeats disturbed runs as long as there is time, and keeps every raw result."""

    def __init__(self, tools, out, clock, say):
        self.tools = tools
        self.out = out
        self.clock = clock
        self.say = say

    def once(self, program, arguments, label, database=None):
        """One run of loadgen; the JSON it prints, with the share of others beside it."""
        command = [self.tools.program("loadgen", "loadgen"), *arguments, "--addr", program.address, "--label", label]
        command += ["--server-pid", f"server:{program.pid}", "--max-seconds", str(LOAD_SECONDS_MAX)]
        if database:
            command += ["--server-pid", f"database:{database}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LOAD_SECONDS_MAX + 30)
        if done.returncode:
            raise RuntimeError(f"loadgen: {done.stderr.strip()[-300:]}")
        result = json.loads(done.stdout)
        result["foreign_cores"] = machine.foreign_cores(result.get("cpu") or result["idle_cpu"])
        with open(f"{self.out}/results.jsonl", "a") as kept:
            kept.write(json.dumps(result) + "\n")
        return result

    def measure(self, start, arguments, label, database=None, runs=None):
        """`runs` undisturbed results, each against a program freshly started by `start()`; at most two tries for each."""
        wanted = runs or self.clock.runs
        good, disturbed = [], []
        for _ in range(wanted * 2):
            machine.wait_until_quiet(self.clock.patience())
            with start() as program:
                time.sleep(SETTLE_SECONDS)
                result = self.once(program, arguments, label, database)
            (good if result["foreign_cores"] < machine.FOREIGN_CORES_MAX else disturbed).append(result)
            if len(good) >= wanted:
                break
        if len(good) < wanted:
            self.say(f"{label}: others used the machine; {len(good)} of {wanted} runs were undisturbed")
        return Results(label, good or disturbed, bool(good))


class Results:
    """The medians of the runs of one case."""

    def __init__(self, label, runs, undisturbed):
        self.label = label
        self.runs = runs
        self.undisturbed = undisturbed

    def get(self, *path):
        """The median of a number inside the results."""
        values = []
        for run in self.runs:
            value = run
            for key in path:
                value = value[key]
            values.append(value)
        return statistics.median(values)

    def cpu(self, unit="delivered", parts=("server",)):
        """CPU microseconds per unit, of the server or of server and database together."""
        return sum(self.get("cpu", part, f"cpu_us_per_{unit}") for part in parts)

    def check(self):
        """What is wrong with a chat run: lost, repeated, out of order or refused messages."""
        wrong = []
        for name in ("lost", "duplicates", "out_of_order", "ack_errors", "disconnects", "not_2xx", "failed", "dropped"):
            worst = max((run.get(name) or 0) for run in self.runs)
            if worst:
                wrong.append(f"{worst} {name.replace('_', ' ')}")
        return ", ".join(wrong)
