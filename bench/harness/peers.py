"""What users would otherwise have, run on the same machine in the same session."""

import os
import subprocess

from . import programs

SEED_SECONDS_MAX = 120
NODE_CONVERSATIONS = 1000
NODE_ROOM_MEMBERS = 500


class BareSocketIo:
    """The bare Socket.IO library as a relay: no authentication, no database. It takes anybody's tokens."""

    def __init__(self, tools, folder):
        self.binary = tools.program("peer-bare-socketioxide", "bare-sio")
        self.log = os.path.join(folder, "bare-sio.log")

    def starter(self):
        """What `Load.measure` calls for each run. One socket thread, which costs it least."""
        return lambda: programs.running([self.binary], {"THREADS": "1"}, self.log)


class NodePeer:
    """The source systems' own stack on PostgreSQL."""

    def __init__(self, tools, postgres, folder):
        self.folder = tools.node_peer()
        self.log = os.path.join(folder, "node-peer.log")
        self.out = os.path.join(folder, "node")
        self.env = {"DATABASE_URL": postgres.create("frontdesk_bench_node"), "NODE_ENV": "production"}
        command = ["node", "seed.js", str(NODE_CONVERSATIONS), str(NODE_ROOM_MEMBERS), self.out]
        done = subprocess.run(
            command, cwd=self.folder, env={**os.environ, **self.env}, capture_output=True, text=True,
            timeout=SEED_SECONDS_MAX,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"seeding the Node peer: {done.stderr.strip()[-300:]}")
        self.chat_tokens = os.path.join(self.out, "node-chat.json")
        self.room_tokens = os.path.join(self.out, "node-room.json")

    def starter(self):
        """What `Load.measure` calls for each run."""
        return lambda: programs.running(["node", "server.js"], self.env, self.log, cwd=self.folder)
