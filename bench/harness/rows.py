"""Messages put into the tables directly, as the batcher would have stored them: a million of them in seconds."""

import itertools
import os
import sqlite3
import time
import uuid

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
CONTENT = "x" * 100
CHUNK_ROWS = 20_000
COLUMNS = (
    "conversation_id, seq, id, tenant_id, sender_id, sender_role, sender_name, content, has_files, "
    "customer_total, business_total, created_at"
)


def uuid_of(shown_id):
    """The UUID behind an id as clients see it (`conv_…`)."""
    value = 0
    for character in shown_id.rsplit("_", 1)[1]:
        value = value << 5 | ALPHABET.index(character)
    return uuid.UUID(int=value & (1 << 128) - 1)


def _version_7(millis):
    random = int.from_bytes(os.urandom(10)) & ~(0xF << 76) & ~(0x3 << 62)
    return uuid.UUID(int=millis << 80 | 7 << 76 | 2 << 62 | random)


def _messages(conversation, tenant, customer, owner, first, last):
    """Rows with the numbers `first` to `last`: customer and owner in turn, a second apart, the last one just now."""
    start = int(time.time() * 1000) - 1000 * (last - first + 1)
    for seq in range(first, last + 1):
        by_customer = seq % 2 == 1
        at = start + 1000 * (seq - first)
        yield (
            conversation, seq, _version_7(at), tenant, customer if by_customer else owner,
            "customer" if by_customer else "business_owner", "Guest" if by_customer else "Owner", CONTENT, 0,
            (seq + 1) // 2, seq // 2, at,
        )  # fmt: skip


FACTS = (
    "SELECT c.tenant_id, c.customer_id, m.user_id, c.last_seq FROM conversations c "
    "JOIN memberships m ON m.tenant_id = c.tenant_id WHERE c.id = {}"
)
TOTALS = (
    "UPDATE conversations SET last_seq = {0}, customer_total = ({0} + 1) / 2, business_total = {0} / 2, "
    "last_message = '{1}', last_at = {2}, last_hour = {2} / 3600000 WHERE id = {3}"
)


def fill_sqlite(path, conversation_ids, up_to):
    """Fills each conversation until it holds `up_to` messages. The server must not run."""
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA synchronous=OFF")
        db.execute("PRAGMA cache_size=-262144")
        insert = f"INSERT INTO messages ({COLUMNS}) VALUES ({', '.join('?' * 12)})"
        for shown in conversation_ids:
            key = uuid_of(shown).bytes
            tenant, customer, owner, last = db.execute(FACTS.format("?"), (key,)).fetchone()
            rows = (
                (*row[:2], row[2].bytes, *row[3:]) for row in _messages(key, tenant, customer, owner, last + 1, up_to)
            )
            db.execute("BEGIN IMMEDIATE")
            db.executemany(insert, rows)
            now = int(time.time() * 1000)
            db.execute(TOTALS.format(max(last, up_to), CONTENT, now, "?"), (key,))
            db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        db.close()


def fill_postgres(postgres, url, conversation_ids, up_to):
    """The same with COPY."""
    for shown in conversation_ids:
        key = uuid_of(shown)
        tenant, customer, owner, last = postgres.query(url, FACTS.format(f"'{key}'")).split("|")
        rows = _messages(key, tenant, customer, owner, int(last) + 1, up_to)
        while chunk := list(itertools.islice(rows, CHUNK_ROWS)):
            text = "".join("\t".join(map(str, row)) + "\n" for row in chunk)
            postgres.query(url, f"COPY messages ({COLUMNS}) FROM STDIN", stdin=text)
        now = int(time.time() * 1000)
        postgres.query(url, TOTALS.format(max(int(last), up_to), CONTENT, now, f"'{key}'"))
    postgres.query(url, "ANALYZE messages")
