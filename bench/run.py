#!/usr/bin/env python3
"""Runs the scenarios and writes results.md. `make bench` and `make bench-full` call it; README.md explains the figures."""

import argparse
import os
import re
import shutil
import sys
import time

import scenarios
from harness import house, machine, peers, report
from harness.load import Load
from harness.postgres import Postgres
from harness.tools import Missing, Tools

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, "bench", "out")
RESULTS = os.path.join(ROOT, "bench", "results.md")
# `make bench` promises ten minutes; beyond this much it no longer waits for others to leave the machine alone.
PATIENT_SECONDS = 420
PATIENCE_SECONDS = 20
PATIENCE_SECONDS_FULL = 90


class Clock:
    """How often each case runs, and how long it may wait for a quiet machine."""

    def __init__(self, runs, is_full):
        self.runs = runs
        self.is_full = is_full
        self.began = time.monotonic()

    def elapsed(self):
        """Seconds since the start."""
        return time.monotonic() - self.began

    def patience(self):
        """Seconds to wait for others before a run."""
        if self.is_full:
            return PATIENCE_SECONDS_FULL
        return PATIENCE_SECONDS if self.elapsed() < PATIENT_SECONDS else 1


class Bench:
    """What the scenarios are given."""

    def __init__(self, arguments):
        self.full = arguments.full
        self.clock = Clock(arguments.runs, arguments.full)
        self.folder = os.path.join(ROOT, "target", "bench-data")
        self.remarks = []
        self.open_files = machine.raise_open_files()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        os.makedirs(OUT, exist_ok=True)
        binary = os.environ.get("FRONTDESK_BIN", os.path.join(ROOT, "target", "release", "frontdesk"))
        if not os.access(binary, os.X_OK):
            raise SystemExit(f"{binary} is missing: run make build")
        self.tools = Tools(ROOT, self.remark)
        self.tools.prepare()
        self.load = Load(self.tools, OUT, self.clock, self.remark)
        address = os.environ.get("TEST_DATABASE_URL")
        self.postgres = Postgres(address) if address else None
        self.sqlite = house.House("sqlite", binary, self.folder)
        self.on_postgres = house.House("postgres", binary, self.folder, self.postgres) if address else None
        self._bare = self._node = None

    def remark(self, text):
        """Says something now and in the results."""
        say(f"  {text}")
        if text not in self.remarks:
            self.remarks.append(text)

    def need_postgres_house(self):
        """Our server on PostgreSQL; raises Missing when there is none."""
        if self.on_postgres is None:
            raise Missing("PostgreSQL: TEST_DATABASE_URL is not set, so its rows were not run")
        return self.on_postgres

    def bare(self):
        """The bare Socket.IO library; raises Missing."""
        self._bare = self._bare or peers.BareSocketIo(self.tools, self.folder)
        return self._bare

    def node(self):
        """The Node stack, seeded on first use; raises Missing."""
        if self.postgres is None:
            raise Missing("Node peer: TEST_DATABASE_URL is not set")
        self._node = self._node or peers.NodePeer(self.tools, self.postgres, self.folder)
        return self._node

    def close(self):
        """Removes the databases."""
        if self.postgres:
            self.postgres.drop_all()
        shutil.rmtree(self.folder, ignore_errors=True)


def say(text):
    """Progress, on standard error."""
    print(text, file=sys.stderr, flush=True)


def run_scenario(bench, scenario):
    """The rows of one scenario; a missing tool is a remark and a row that says so, any other fault ends everything."""
    rows = []
    say(f"[{bench.clock.elapsed():4.0f} s] {scenario.NAME}")
    try:
        for row in scenario.run(bench):
            rows.append(row)
            met = {True: "met", False: "MISSED", None: ""}[row.met]
            say(f"  {row.what}: {row.measured}  [{row.target}] {met}" + (f"  ({row.beside})" if row.beside else ""))
    except Missing as missing:
        bench.remark(str(missing))
        rows.append(report.Row(scenario.NAME, f"not run: {missing}", "", "", None))
    return rows


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the million-row scenarios, and the Node stack in more places")
    parser.add_argument("--only", default=".", metavar="REGEX", help="only scenarios whose name matches; results.md is left alone")
    parser.add_argument("--runs", type=int, default=0, help="undisturbed runs per case; their median counts (1, with --full 3)")
    arguments = parser.parse_args()
    arguments.runs = arguments.runs or (3 if arguments.full else 1)
    return arguments


def main():
    """Runs what was asked for."""
    arguments = parse_arguments()
    bench = Bench(arguments)
    rows = []
    try:
        for scenario in scenarios.ALL:
            if re.search(arguments.only, scenario.NAME):
                rows += run_scenario(bench, scenario)
    finally:
        bench.close()
    if arguments.only == ".":
        command = "bench-full" if arguments.full else "bench"
        report.write(ROOT, rows, bench.remarks, command, RESULTS)
        say(f"{RESULTS} written after {bench.clock.elapsed():.0f} s")
    missed = sum(row.met is False for row in rows)
    say(f"{len(rows)} rows, {missed} targets missed")


if __name__ == "__main__":
    main()
