"""One conversation with 500 sockets in it: a message is written once and sent to each."""

from harness.report import Row, number
from harness.tools import Missing

NAME = "fan-out"
MEMBERS = 500
RATIO_MAX = 1.15
WINDOW = ["--warmup", "2", "--duration", "5"]
# The room dialect: everybody in the room gets `new_message`, also further sockets of the same person.
ROOM_DIALECT = [
    "--recv-event", "new_message", "--join-arg", "object", "--auth", '{"token":"{{token}}","dialect":"room"}',
]  # fmt: skip


def run(bench):
    """Our cost per delivered frame beside the bare library's and the Node stack's."""
    house = bench.sqlite
    house.ensure()
    pair = house.pairs[0]
    # The customer writes; the business looks on with as many sockets as it takes.
    room = [{"conversationId": pair["conversationId"], "tokens": [pair["tokenA"], *[pair["tokenB"]] * (MEMBERS - 1)]}]
    tokens = house.write("room", room)
    arguments = ["fanout", "--tokens", tokens, "--members", str(MEMBERS), *WINDOW]
    bare = node = None
    try:
        bare = bench.load.measure(bench.bare().starter(), arguments, "fanout500/bare library")
        peer = bench.node()
        theirs = ["fanout", "--tokens", peer.room_tokens, "--members", str(MEMBERS), *WINDOW]
        node = bench.load.measure(peer.starter(), theirs, "fanout500/Node stack")
    except Missing as missing:
        bench.remark(str(missing))
    ours = bench.load.measure(house.starter(), arguments + ROOM_DIALECT, "fanout500/sqlite")
    cost = ours.cpu()
    measured = f"{number(cost)} µs, {number(ours.get('delivered_per_s'))}/s"
    beside, met, target = "", None, f"≤ {RATIO_MAX} × the bare library"
    if bare:
        ratio = cost / bare.cpu()
        measured += f", {ratio:.2f} ×"
        beside = f"bare library: {number(bare.cpu())} µs"
        met = round(ratio, 2) <= RATIO_MAX
    if node:
        beside += f"; Node stack: {number(node.cpu())} µs"
        target += ", below Node"
        met = met and cost < node.cpu()
    wrong = ours.check()
    yield Row(
        NAME, f"one room, {MEMBERS} sockets: server CPU per delivered frame", target,
        f"{measured}; {wrong}" if wrong else measured, met and not wrong if met is not None else None, "fanout", beside,
    )  # fmt: skip
