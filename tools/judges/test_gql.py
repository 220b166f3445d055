"""gql: a client of GraphQL in Python with a transport of its own for AppSync's subscriptions. Its words to start one, its signature by
botocore and its reading of every message are not Amplify's."""

import asyncio
import contextlib
import json
import logging
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.credentials import Credentials
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.appsync_auth import AppSyncApiKeyAuthentication, AppSyncIAMAuthentication, AppSyncJWTAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport
from gql.transport.exceptions import TransportConnectionFailed, TransportError, TransportQueryError

import boto3

JUDGE = ["gql", "websockets", "botocore"]
PATIENCE = 15  # seconds until what does not come is missing


@pytest.fixture(scope="module")
def host(judged):
    return urlsplit(judged["LiveURL"]).netloc


@pytest.fixture(scope="module")
def token(judged):
    idp, of = boto3.client("cognito-idp"), {"UserPoolId": judged["Pool"], "Username": "gql"}
    idp.admin_create_user(**of, MessageAction="SUPPRESS", UserAttributes=[{"Name": "email", "Value": "gql@example.com"}])
    idp.admin_set_user_password(**of, Password="Right-Password-1", Permanent=True)
    yield idp.initiate_auth(ClientId=judged["Client"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "gql", "PASSWORD": "Right-Password-1"})["AuthenticationResult"]["AccessToken"]
    idp.admin_delete_user(**of)


@pytest.fixture
def way(judged, host, token):
    """The ways to sign in, by their names."""
    return {
        "key": lambda: AppSyncApiKeyAuthentication(host=host, api_key=judged["Key"]),
        "token": lambda: AppSyncJWTAuthentication(host=host, jwt=token),
        "signature": lambda: AppSyncIAMAuthentication(host=host),
    }


class Acknowledged(logging.Handler):
    """Hears what gql reads, for the acknowledgements that it keeps to itself."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.started = 0
        self.told = asyncio.Event()

    def emit(self, record):
        if '"start_ack"' in record.getMessage():
            self.started += 1
            self.told.set()

    async def until(self, count):
        while self.started < count:
            self.told.clear()
            await asyncio.wait_for(self.told.wait(), PATIENCE)


@contextlib.contextmanager
def hearing():
    heard, log = Acknowledged(), logging.getLogger("gql.transport")
    before = log.level
    log.addHandler(heard)
    log.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        log.removeHandler(heard)
        log.setLevel(before)


def socket(judged, host, auth):
    front = urlsplit(judged["Endpoint"])
    return AppSyncWebsocketsTransport(f"ws://{host}/graphql", auth=auth, connect_args={"host": front.hostname, "port": front.port})


def caller(judged, host, auth):
    return Client(transport=AIOHTTPTransport(judged["Endpoint"] + "/graphql", auth=auth, headers={"X-Api-Host": host}))


async def noted(judged, host, auth, **fields):
    """Makes a note, whose fields are all selected."""
    given = ", ".join(f"{name}: {json.dumps(value)}" for name, value in fields.items())
    async with caller(judged, host, auth) as session:
        return (await session.execute(gql(f"mutation {{ note({given}) {{ id text owner size }} }}")))["note"]


async def listened(judged, host, way, listeners, notes, by="key"):
    """What each of the listeners, which are (document, variables), got on one connection of the notes, the last of which reaches all."""
    got = [[] for _ in listeners]

    async def listen(session, n, document, variables):
        request = gql(document)
        request.variable_values = variables
        async for event in session.subscribe(request):
            got[n].append(next(iter(event.values())))
            if got[n][-1]["id"] == notes[-1]["id"]:
                return

    with hearing() as heard:
        async with Client(transport=socket(judged, host, way[by]())) as session:
            tasks = [asyncio.create_task(listen(session, n, *one)) for n, one in enumerate(listeners)]
            await heard.until(len(listeners))
            for note in notes:
                await noted(judged, host, way["token"](), **note)
            await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE)
    return got


@pytest.mark.parametrize("by", ["key", "token", "signature"])
def test_query(judged, host, way, by):
    async def asked():
        async with caller(judged, host, way[by]()) as session:
            request = gql("query Of($id: ID!) { plain(id: $id) { id text } }")
            request.variable_values = {"id": by}
            return await session.execute(request)
    assert asyncio.run(asked()) == {"plain": {"id": by, "text": None}}


@pytest.mark.parametrize("by", ["key", "token", "signature"])
def test_subscription(judged, host, way, by):
    got = asyncio.run(listened(judged, host, way, [("subscription { onNote { id text } }", None)], [{"id": "1", "text": "ü 😀"}], by))
    assert got == [[{"id": "1", "text": "ü 😀"}]]


def test_subscriptions_share_a_connection(judged, host, way):
    document = "subscription { onNote { id size } }"
    got = asyncio.run(listened(judged, host, way, [(document, None)] * 5, [{"id": "1", "size": 1}, {"id": "2", "size": 2}]))
    assert got == [[{"id": "1", "size": 1}, {"id": "2", "size": 2}]] * 5


def test_arguments_filter(judged, host, way):
    of = "subscription Of($owner: String) { onNote(owner: $owner) { id } }"
    notes = [{"id": "1", "owner": "bob"}, {"id": "2", "owner": "carol"}, {"id": "3", "owner": "bob"}]
    all_of_them, bobs = asyncio.run(listened(judged, host, way, [("subscription { onNote { id } }", None), (of, {"owner": "bob"})], notes))
    assert [n["id"] for n in all_of_them] == ["1", "2", "3"] and [n["id"] for n in bobs] == ["1", "3"]


def test_a_literal_filters_as_a_variable_does(judged, host, way):
    got = asyncio.run(listened(judged, host, way, [('subscription { onNote(id: "2") { id } }', None)], [{"id": "1"}, {"id": "2"}]))
    assert got == [[{"id": "2"}]]


def test_aliases_and_fragments(judged, host, way):
    document = "subscription S { onNote { ...F again: id } } fragment F on Note { id what: text __typename }"
    got = asyncio.run(listened(judged, host, way, [(document, None)], [{"id": "1", "text": "t"}]))
    assert got == [[{"id": "1", "what": "t", "__typename": "Note", "again": "1"}]]


def test_order_of_many(judged, host, way):
    notes = [{"id": str(n), "size": n} for n in range(20)]
    got = asyncio.run(listened(judged, host, way, [("subscription { onNote { id size } }", None)], notes))
    assert [n["size"] for n in got[0]] == list(range(20))


def test_a_large_event(judged, host, way):
    text = "ü" * 100_000  # 200 KB of the 240 that AppSync sends
    got = asyncio.run(listened(judged, host, way, [("subscription { onNote { id text } }", None)], [{"id": "1", "text": text}]))
    assert got[0][0]["text"] == text


def test_stopped_and_begun_again(judged, host, way):
    async def twice():
        with hearing() as heard:
            async with Client(transport=socket(judged, host, way["key"]())) as session:
                for n in (1, 2):
                    events = session.subscribe(gql("subscription { onNote { id } }"))
                    first = asyncio.create_task(anext(events))
                    await heard.until(n)
                    await noted(judged, host, way["token"](), id=str(n))
                    assert await asyncio.wait_for(first, PATIENCE) == {"onNote": {"id": str(n)}}
                    await events.aclose()  # gql waits for AppSync's word that it is complete
    asyncio.run(twice())


def refusal(judged, host, auth, document, variables=None):
    async def started():
        async with Client(transport=socket(judged, host, auth)) as session:
            request = gql(document)
            request.variable_values = variables
            async for event in session.subscribe(request):
                return event
    with pytest.raises(TransportError) as caught:
        asyncio.run(asyncio.wait_for(started(), PATIENCE))
    return caught.value


def turned_away(judged, host, auth):
    """Refused with the connection: gql is told by a message, or finds it closed when it sends its first, whichever is sooner."""
    refused = refusal(judged, host, auth, "subscription { onNote { id } }")
    assert isinstance(refused, TransportConnectionFailed) or "UnauthorizedException" in str(refused), refused


def test_a_key_that_is_none(judged, host):
    turned_away(judged, host, AppSyncApiKeyAuthentication(host=host, api_key="da2-none"))


def test_a_token_that_is_none(judged, host):
    turned_away(judged, host, AppSyncJWTAuthentication(host=host, jwt="a.b.c"))


def test_a_signature_with_another_key(judged, host):
    key = botocore.session.get_session().get_credentials().access_key
    turned_away(judged, host, AppSyncIAMAuthentication(host=host, credentials=Credentials(key, "wrong")))


def test_a_signature_of_a_guest(judged, host):
    """One with a session's token, of somebody who may connect, and whom no policy allows the field."""
    ids = boto3.client("cognito-identity")
    keys = ids.get_credentials_for_identity(IdentityId=ids.get_id(IdentityPoolId=judged["Identities"])["IdentityId"])["Credentials"]
    auth = AppSyncIAMAuthentication(host=host, credentials=Credentials(keys["AccessKeyId"], keys["SecretKey"], keys["SessionToken"]))
    refused = refusal(judged, host, auth, "subscription { onNote { id } }")
    assert isinstance(refused, TransportQueryError) and "Unauthorized" in str(refused)


def test_a_field_that_there_is_none_of(judged, host, way):
    refused = refusal(judged, host, way["key"](), "subscription { onNothing { id } }")
    assert isinstance(refused, TransportQueryError) and "onNothing" in str(refused)


def test_a_variable_that_is_missing(judged, host, way):
    refused = refusal(judged, host, way["key"](), "subscription Of($id: ID!) { onNote(id: $id) { id } }")
    assert isinstance(refused, TransportQueryError)


def test_a_field_that_a_key_may_not_have(judged, host, way):
    refused = refusal(judged, host, way["key"](), "subscription { onMine { id } }")
    assert isinstance(refused, TransportQueryError) and "Unauthorized" in str(refused)
    got = asyncio.run(listened(judged, host, way, [("subscription { onMine { id } }", None)], [{"id": "1"}], "token"))
    assert got == [[{"id": "1"}]]


def test_a_query_is_none_of_its_business(judged, host, way):
    assert isinstance(refusal(judged, host, way["key"](), 'query { plain(id: "x") { id } }'), TransportQueryError)
