"""Our server on one kind of database, with people in it who may talk."""

import contextlib
import json
import os
import shutil
import sqlite3
import time

from . import programs, rows, seeding

# Access tokens live fifteen minutes: beyond this age everything is made anew.
TOKENS_SECONDS_MAX = 9 * 60
# The longest that events of the seeding may take.
OUTBOX_SECONDS_MAX = 120
# Enough for the largest chat scenario.
CONVERSATIONS = 200


class House:
    """`kind` is sqlite or postgres. The database is made on first use and again when its tokens grow old."""

    def __init__(self, kind, binary, folder, postgres=None):
        self.kind = kind
        self.binary = binary
        self.folder = os.path.join(folder, kind)
        self.postgres = postgres
        self.url = None
        self.seeded_at = None
        self.pairs = []
        self.messages = 0
        # Loadgen counts the process tree of this one as the database's CPU.
        self.database = postgres.postmaster if postgres else None
        self.parts = ("server", "database") if postgres else ("server",)

    def renew(self):
        """An empty database, then businesses, customers and conversations through the API."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        if self.postgres:
            self.url = self.postgres.create("frontdesk_bench")
        self.seeded_at = time.monotonic()
        with self._running() as program:
            self.pairs = seeding.seed_pairs(program.port, CONVERSATIONS)
        self.write("pairs", self.pairs)
        self.fill([pair["conversationId"] for pair in self.pairs], self.messages)

    def ensure(self, messages=0):
        """Fresh tokens, and at least so many messages in each conversation."""
        grown = messages > self.messages
        self.messages = max(self.messages, messages)
        if self.seeded_at is None or time.monotonic() - self.seeded_at > TOKENS_SECONDS_MAX:
            self.renew()
        elif grown:
            self.fill([pair["conversationId"] for pair in self.pairs], self.messages)

    def fill(self, conversation_ids, up_to):
        """Puts messages into conversations until each holds `up_to`. The server must not run."""
        if up_to == 0:
            return
        if self.postgres:
            rows.fill_postgres(self.postgres, self.url, conversation_ids, up_to)
        else:
            rows.fill_sqlite(self.sqlite_path(), conversation_ids, up_to)

    def sqlite_path(self):
        """The database file."""
        return os.path.join(self.folder, "frontdesk.db")

    def wait_for_outbox(self):
        """What followed from the seeding is done: on SQLite, while the server runs."""
        end = time.monotonic() + OUTBOX_SECONDS_MAX
        with contextlib.closing(sqlite3.connect(self.sqlite_path(), timeout=5)) as db:
            while db.execute("SELECT COUNT(*) FROM outbox_events WHERE done_at IS NULL").fetchone()[0]:
                if time.monotonic() > end:
                    raise RuntimeError("the events of the seeding are still being worked off")
                time.sleep(0.2)

    @property
    def tokens(self):
        """The token file of the pairs."""
        return os.path.join(self.folder, "pairs.json")

    def write(self, name, value):
        """Keeps a file for loadgen; returns its path."""
        path = os.path.join(self.folder, f"{name}.json")
        with open(path, "w") as file:
            json.dump(value, file)
        return path

    def environment(self, **settings):
        """What the server is started with."""
        return programs.frontdesk_env(self.folder, self.url, **settings)

    def _running(self, **settings):
        log = os.path.join(self.folder, "server.log")
        return programs.running([self.binary, "serve"], self.environment(**settings), log, "/health/ready")

    def starter(self, **settings):
        """What `Load.measure` calls for each run: a server with fresh tokens and a settled database."""

        @contextlib.contextmanager
        def start():
            self.ensure()
            if self.postgres:
                self.postgres.settle()
            with self._running(**settings) as program:
                yield program

        return start
