"""The scenarios in the order in which `run.py` runs them. Each has `NAME` and `run(bench)`, which gives its rows."""

from . import deliveries, fanout, history, idle, login_storm, rest, send, start

ALL = (start, send, login_storm, fanout, rest, history, deliveries, idle)
