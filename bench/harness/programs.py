"""Programs under test: started on a free port, waited for, stopped by their own process id."""

import contextlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request

READY_SECONDS_MAX = 20
STOP_SECONDS_MAX = 30
# Any text long enough: the databases live for one run. Fixed, so that tokens outlive a restart of the server.
SECRETS = {name: f"only-for-measuring-{name}-0123456789abcdef" for name in ("JWT_SECRET", "API_KEY_SECRET", "MASTER_KEY")}


class Program:
    """A running server."""

    def __init__(self, process, port):
        self.process = process
        self.pid = process.pid
        self.port = port
        self.address = f"127.0.0.1:{port}"


def free_port():
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port, path):
    """Whether the program answers there; any answer but 503 counts."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2).close()
    except urllib.error.HTTPError as error:
        return error.code != 503
    except OSError:
        return False
    return True


@contextlib.contextmanager
def running(command, env, log_path, ready_path="/health", cwd=None, port=None):
    """Runs a program for the length of a `with` block, on a free port unless it takes its own from its arguments."""
    port = port or free_port()
    with open(log_path, "a") as log:
        process = subprocess.Popen(command, env={**os.environ, **env, "PORT": str(port)}, stdout=log, stderr=log, cwd=cwd)
    try:
        end = time.monotonic() + READY_SECONDS_MAX
        while not answers(port, ready_path):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command[0]} did not come up; its log is {log_path}")
            time.sleep(0.02)
        yield Program(process, port)
    finally:
        stop(process)


def stop(process):
    """Ends a process that was started here, at last by force."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS_MAX)


def frontdesk_env(data_dir, database_url=None, **settings):
    """The environment of a server of ours."""
    env = {**SECRETS, "DATA_DIR": data_dir, "LOG_LEVEL": "warn", "DATABASE_URL": database_url or "",
           "REDIS_URL": "", "RATE_LIMIT_DISABLED": "1"}
    env.update({name: str(value) for name, value in settings.items()})
    return env
