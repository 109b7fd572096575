"""Databases of our own on the PostgreSQL that scripts/ensure-postgres.sh found."""

import subprocess
import urllib.parse

from . import machine

QUERY_SECONDS_MAX = 300


class Postgres:
    """Makes and drops databases; knows the postmaster, whose process tree is the database's CPU."""

    def __init__(self, admin_url):
        self.admin_url = admin_url
        self.postmaster = self._find_postmaster()
        self.made = []

    def _find_postmaster(self):
        # A backend's parent is the postmaster: asked while the backend lives.
        command = ["psql", "--no-psqlrc", "-qtAX", self.admin_url]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as psql:
            psql.stdin.write("select pg_backend_pid();\n")
            psql.stdin.flush()
            backend = int(psql.stdout.readline())
            parent = machine.parent_of(backend)
            psql.stdin.close()
            return parent

    def query(self, url, sql, stdin=None):
        """Runs SQL with psql and returns its output."""
        command = ["psql", "--no-psqlrc", "-qtAX", "-v", "ON_ERROR_STOP=1", url, "-c", sql]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=QUERY_SECONDS_MAX)
        if done.returncode:
            raise RuntimeError(f"psql: {done.stderr.strip()[-300:]}")
        return done.stdout.strip()

    def create(self, name):
        """A fresh database; returns its address."""
        self.query(self.admin_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.query(self.admin_url, f'CREATE DATABASE "{name}"')
        self.made.append(name)
        return urllib.parse.urlsplit(self.admin_url)._replace(path=f"/{name}").geturl()

    def settle(self):
        """Writes dirty pages out now, so that no checkpoint falls into the next measurement."""
        self.query(self.admin_url, "CHECKPOINT")

    def drop_all(self):
        """Drops what was made here."""
        for name in self.made:
            self.query(self.admin_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.made.clear()
