"""Businesses, customers and conversations, made through the API like anybody else's, and the token files of loadgen."""

import concurrent.futures
import http.client
import json
import threading

CLIENTS = 8
REQUEST_SECONDS_MAX = 60


class Api:
    """One keep-alive connection per thread."""

    def __init__(self, port):
        self.port = port
        self.local = threading.local()

    def call(self, method, path, body=None, token=None):
        """Calls and returns the JSON; anything but 2xx raises with the answer's text."""
        connection = getattr(self.local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=REQUEST_SECONDS_MAX)
            self.local.connection = connection
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]}")
        return json.loads(text)


def in_parallel(act, items):
    """Runs `act` on every item with a few threads; results in order."""
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(act, items))


def register_business(api, number):
    """A business with its owner: `{token, code}`."""
    body = {
        "email": f"owner{number}@bench.example",
        "password": "a-long-enough-Passw0rd",
        "name": f"Owner {number}",
        "businessName": f"Bench {number}",
        "timezone": "Africa/Nairobi",
        "currency": "KES",
        "country": "KE",
    }
    data = api.call("POST", "/api/auth/register", body)["data"]
    return {"token": data["accessToken"], "code": data["team"]["inviteCode"]}


def add_guest(api, code, number):
    """A guest customer: its token."""
    body = {"inviteCode": code, "name": f"Guest {number}", "email": f"guest{number}@bench.example"}
    return api.call("POST", "/api/customers/auth/guest", body)["data"]["accessToken"]


def seed_pairs(port, count):
    """`count` businesses with one customer and one direct conversation each: `[{conversationId,tokenA,tokenB}]`."""
    api = Api(port)

    def make(number):
        business = register_business(api, number)
        customer = add_guest(api, business["code"], number)
        opened = api.call("POST", "/api/messages/conversations", {}, customer)
        return {"conversationId": opened["conversation"]["id"], "tokenA": customer, "tokenB": business["token"]}

    return in_parallel(make, range(count))


def seed_people(port, count, businesses=20):
    """`count` customers, each somebody else, for sockets that only stand there: `[{tokenA}]`."""
    api = Api(port)
    owners = in_parallel(lambda n: register_business(api, 1_000_000 + n), range(businesses))
    make = lambda n: {"tokenA": add_guest(api, owners[n % businesses]["code"], 1_000_000 + n)}
    return in_parallel(make, range(count))


def read_requests(pairs, path_of, field="tokenB"):
    """GET requests for loadgen's http scenario, one per pair."""
    return [
        {"method": "GET", "path": path_of(pair), "headers": {"authorization": f"Bearer {pair[field]}"}} for pair in pairs
    ]
