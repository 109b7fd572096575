"""A page anywhere in a long conversation costs what it costs in a short one."""

import random
import resource
import sqlite3

from harness import rows, seeding
from harness.report import Row, number

NAME = "history"
SMALL, LARGE, LARGE_FULL = 10_000, 200_000, 1_000_000
PAGE = 50
PAGES = 400
WINDOW = ["--warmup", "1", "--duration", "4"]
GROWTH_MAX = 1.2
STORE_US_MAX = 150
STORE_READS = 3000


def run(bench):
    """Both databases; on SQLite also the store alone."""
    large = LARGE_FULL if bench.full else LARGE
    for house, where in ((bench.sqlite, "SQLite"), (bench.need_postgres_house(), "PostgreSQL")):
        yield from on(bench, house, where, large)
    yield from store_alone(bench.sqlite, large)


def on(bench, house, where, large):
    """CPU per page in a small and in a large conversation, and their ratio."""
    house.renew()
    sizes = {SMALL: house.pairs[0], large: house.pairs[1]}
    costs, words = {}, {}
    for size, pair in sizes.items():
        house.fill([pair["conversationId"]], size)
    for size, pair in sizes.items():
        path = house.write(f"history-{size}", seeding.read_requests([pair] * PAGES, path_of(size)))
        arguments = ["http", "--requests", path, "--concurrency", "8", *WINDOW]
        result = bench.load.measure(house.starter(), arguments, f"history{size}/{house.kind}", house.database)
        costs[size] = result.cpu("request", house.parts)
        wrong = result.check()
        words[size] = f"{size:,} messages: {number(costs[size])} µs" + (f" ({wrong})" if wrong else "")
    growth = costs[large] / costs[SMALL]
    measured = f"{words[SMALL]}; {words[large]}; {growth:.2f} ×"
    what = f"{where}: CPU per request for a page of {PAGE} anywhere in it, and its growth"
    met = round(growth, 2) <= GROWTH_MAX and "(" not in measured
    yield Row(NAME, what, f"≤ {GROWTH_MAX} ×", measured, met, f"history-{house.kind}")


def path_of(size):
    """Pages at places spread over the conversation, the same in every run."""
    chance = random.Random(size)
    return lambda pair: (
        f"/api/messages/conversations/{pair['conversationId']}"
        f"?limit={PAGE}&before_seq={chance.randint(PAGE + 1, size)}"
    )


def store_alone(house, large):
    """The page's query in SQLite from Python, which adds its own cost of making 50 tuples."""
    key = rows.uuid_of(house.pairs[1]["conversationId"]).bytes
    chance = random.Random(large)
    db = sqlite3.connect(f"file:{house.sqlite_path()}?mode=ro", uri=True)
    try:
        columns = (
            "conversation_id, seq, id, sender_id, sender_role, sender_name, content, reply_to, client_id, has_files, "
            "customer_total, business_total, created_at, edited_at, deleted_at"
        )
        sql = f"SELECT {columns} FROM messages WHERE conversation_id = ? AND seq > 0 AND seq < ? ORDER BY seq DESC LIMIT {PAGE}"
        spent = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        before = spent()
        for _ in range(STORE_READS):
            page = db.execute(sql, (key, chance.randint(PAGE + 1, large))).fetchall()
            if len(page) != PAGE:
                raise RuntimeError(f"a page of {len(page)} messages")
        cost = (spent() - before) * 1e6 / STORE_READS
    finally:
        db.close()
    what = f"SQLite alone: the same query in {large:,} messages, CPU per page"
    yield Row(NAME, what, f"≤ {STORE_US_MAX} µs", f"{number(cost)} µs", cost <= STORE_US_MAX, "history-store")
