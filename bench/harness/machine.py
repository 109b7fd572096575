"""The machine the numbers come from, and whether somebody else is using it."""

import os
import platform
import resource
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
OPEN_FILES_WANTED = 65536
# Cores that others may use before a run counts as disturbed.
FOREIGN_CORES_MAX = 0.25
QUIET_CORES_MAX = 0.3


def raise_open_files():
    """Lets this process and its children open as many files as the system allows; returns the number."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    allowed = OPEN_FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES_WANTED)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed


def busy_seconds():
    """CPU seconds of the whole machine since it started, without idling and waiting."""
    with open("/proc/stat") as stat:
        fields = [int(x) for x in stat.readline().split()[1:8]]
    return sum(x for i, x in enumerate(fields) if i not in (3, 4)) / TICKS_PER_SECOND


def process_cpu_seconds(pid):
    """CPU seconds of one process."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def parent_of(pid):
    """The process that started this one."""
    with open(f"/proc/{pid}/stat") as stat:
        return int(stat.read().rsplit(")", 1)[1].split()[1])


def memory_kib(pid, field="VmRSS"):
    """A line of /proc/<pid>/status in KiB."""
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith(field + ":"):
                return int(line.split()[1])
    raise RuntimeError(f"/proc/{pid}/status has no {field}")


def wait_until_quiet(seconds_max):
    """Waits until others leave the machine alone, at most so long; false when they never did."""
    end = time.monotonic() + seconds_max
    while True:
        before, at = busy_seconds(), time.monotonic()
        time.sleep(0.5)
        cores = (busy_seconds() - before) / (time.monotonic() - at)
        if cores < QUIET_CORES_MAX:
            return True
        if time.monotonic() >= end:
            return False


def foreign_cores(report):
    """Cores that were busy in a measured window with none of ours, from one of loadgen's CPU reports."""
    whole = report["machine"]
    ours = sum(part["cpu_s"] for name, part in report.items() if name != "machine")
    return round(max(0.0, whole["busy_s"] - ours) / whole["wall_s"], 3)


def describe():
    """One line: processor, cores, memory, system."""
    model = "unknown processor"
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo") as info:
        gib = int(info.readline().split()[1]) / 1024 / 1024
    return f"{model}, {os.cpu_count()} cores, {gib:.0f} GiB, Linux {platform.release()}"
