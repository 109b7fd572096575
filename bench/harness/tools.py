"""The load generator and the peers. Their sources lie beside the repository and are only read: they are copied below
target/ and built there. When they are not there, the scenarios that need them say so in the results."""

import os
import shutil
import subprocess

BUILD_SECONDS_MAX = 1200
INSTALL_SECONDS_MAX = 300
RUST_TOOLS = ("loadgen", "store-floor", "peer-bare-socketioxide")


class Missing(Exception):
    """A tool that a scenario needs and that cannot be had; its text is for the results."""


class Tools:
    """Programs below `target/bench-tools`."""

    def __init__(self, root, say):
        self.sources = os.path.realpath(os.environ.get("BENCH_TOOLS", os.path.join(root, "..", "shared", "bench")))
        self.copy = os.path.join(root, "target", "bench-tools", "src")
        self.build_dir = os.path.join(root, "target", "bench-tools", "build")
        self.say = say
        self.refusals = {}

    def prepare(self):
        """Copies and builds what is there; what fails is remembered and named by whoever needs it."""
        if not os.path.isdir(self.sources):
            reason = f"{self.sources} is not there (BENCH_TOOLS names another place)"
            self.refusals = {name: reason for name in (*RUST_TOOLS, "peer-node-chat")}
            self.say(f"load generator and peers: {reason}")
            return
        ignored = shutil.ignore_patterns("node_modules", "target", "out")
        shutil.copytree(self.sources, self.copy, dirs_exist_ok=True, ignore=ignored)
        for name in RUST_TOOLS:
            self._attempt(name, ["cargo", "build", "--release", "--quiet"], BUILD_SECONDS_MAX)
        if shutil.which("node") is None:
            self.refusals["peer-node-chat"] = "node is not installed"
        elif not os.path.isdir(os.path.join(self.copy, "peer-node-chat", "node_modules", "socket.io")):
            command = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"]
            self._attempt("peer-node-chat", command, INSTALL_SECONDS_MAX)

    def _attempt(self, name, command, seconds_max):
        where = os.path.join(self.copy, name)
        if not os.path.isdir(where):
            self.refusals[name] = f"{name} is not among the tools in {self.sources}"
            return
        env = {**os.environ, "CARGO_TARGET_DIR": self.build_dir}
        try:
            done = subprocess.run(command, cwd=where, env=env, capture_output=True, text=True, timeout=seconds_max)
            failed = done.stderr.strip()[-300:] or "without a word" if done.returncode else None
        except (OSError, subprocess.TimeoutExpired) as error:
            failed = str(error)
        if failed:
            self.refusals[name] = f"{command[0]} failed: {failed}"
            self.say(f"{name}: {self.refusals[name]}")

    def program(self, crate, name):
        """The path of a built program; raises Missing with the reason."""
        if crate in self.refusals:
            raise Missing(f"{name}: {self.refusals[crate]}")
        return os.path.join(self.build_dir, "release", name)

    def node_peer(self):
        """The folder of the Node peer with its dependencies installed; raises Missing with the reason."""
        if "peer-node-chat" in self.refusals:
            raise Missing(f"Node peer: {self.refusals['peer-node-chat']}")
        return os.path.join(self.copy, "peer-node-chat")
