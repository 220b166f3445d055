"""PynamoDB: objects in DynamoDB, by expressions and parsers of its own."""

import datetime

import pytest
from pynamodb.attributes import (BinaryAttribute, BooleanAttribute, JSONAttribute, ListAttribute, MapAttribute, NumberAttribute, NumberSetAttribute,
                                 UnicodeAttribute, UnicodeSetAttribute, UTCDateTimeAttribute, VersionAttribute)
from pynamodb.connection import Connection
from pynamodb.exceptions import DeleteError, PutError, TransactWriteError, UpdateError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactGet, TransactWrite

JUDGE = ["pynamodb", "botocore"]


class ByOwner(GlobalSecondaryIndex):
    class Meta:
        index_name = "byOwner"
        projection = AllProjection()
        billing_mode = "PAY_PER_REQUEST"
    owner = UnicodeAttribute(hash_key=True)
    rank = NumberAttribute(range_key=True)


class Thing(Model):
    class Meta:
        table_name = "things"
        billing_mode = "PAY_PER_REQUEST"
    kind = UnicodeAttribute(hash_key=True)
    number = NumberAttribute(range_key=True)
    owner = UnicodeAttribute(default="nobody")
    rank = NumberAttribute(default=0)
    by_owner = ByOwner()
    good = BooleanAttribute(null=True)
    raw = BinaryAttribute(null=True, legacy_encoding=False)
    names = UnicodeSetAttribute(null=True)
    sizes = NumberSetAttribute(null=True)
    when = UTCDateTimeAttribute(null=True)
    some = ListAttribute(null=True)
    deep = MapAttribute(null=True)
    text = JSONAttribute(null=True)
    version = VersionAttribute()


class Plain(Model):
    class Meta:
        table_name = "judged"
    k = UnicodeAttribute(hash_key=True)
    n = NumberAttribute(default=0)


@pytest.fixture(scope="module", autouse=True)
def tables(judged):
    for model in (Thing, Plain):
        model.Meta.host, model.Meta.region = judged["Endpoint"], "us-east-1"
    Thing.create_table(wait=True)
    yield
    Thing.delete_table()


def test_create_again_is_no_fault():
    Thing.create_table(wait=True)
    assert Thing.exists() and Thing.describe_table()["TableStatus"] == "ACTIVE"


@pytest.mark.parametrize("values", [
    {"good": True}, {"raw": b"\x00\xfe"}, {"names": {"a", "b"}}, {"sizes": {1, 2.5, -3}}, {"when": datetime.datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=datetime.timezone.utc)},
    {"some": [1, "x", [None], {"y": True}]}, {"deep": {"er": {"est": 1}}}, {"text": {"any": ["json", 1.5, None]}}, {"rank": 10**37}, {"owner": "ü😀"},
], ids=lambda values: next(iter(values)))
def test_attribute_comes_back(values):
    Thing("attributes", 1, **values).save()
    got = Thing.get("attributes", 1, consistent_read=True)
    for name, value in values.items():
        back = getattr(got, name)
        assert (back.as_dict() if isinstance(back, MapAttribute) else back) == value
    got.delete()


def test_versions_are_optimistic_locks():
    Thing("locked", 1).save()
    one, two = Thing.get("locked", 1), Thing.get("locked", 1)
    one.update(actions=[Thing.rank.set(1)])
    with pytest.raises(UpdateError):
        two.update(actions=[Thing.rank.set(2)])
    with pytest.raises(PutError):
        two.save()
    with pytest.raises(DeleteError):
        two.delete()
    one.delete()


CONDITIONS = {
    "eq": (Thing.rank == 5, True), "ne": (Thing.rank != 5, False), "between": (Thing.rank.between(1, 9), True), "in": (Thing.rank.is_in(4, 6), False),
    "exists": (Thing.good.exists(), True), "missing": (Thing.raw.does_not_exist(), True), "begins": (Thing.owner.startswith("me"), True),
    "contains": (Thing.names.contains("b"), True), "type": (Thing.some.is_type(), True), "and": ((Thing.rank > 4) & (Thing.rank <= 5), True),
    "or": ((Thing.rank < 4) | (Thing.rank >= 5), True), "not": (~(Thing.rank == 5), False), "index": (Thing.some[1] == "y", True),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_condition(name):
    condition, holds = CONDITIONS[name]
    Thing("condition", 1, owner="me too", rank=5, good=False, names={"a", "b"}, some=["x", "y"]).save(add_version_condition=False)
    if holds:
        Thing("condition", 1).delete(condition=condition, add_version_condition=False)
    else:
        with pytest.raises(DeleteError):
            Thing("condition", 1).delete(condition=condition, add_version_condition=False)


ACTIONS = {
    "set": ([Thing.rank.set(3)], "rank", 3), "plus": ([Thing.rank.set(Thing.rank + 2)], "rank", 7), "minus": ([Thing.rank.set(Thing.rank - 2)], "rank", 3),
    "or default": ([Thing.good.set(Thing.good | True)], "good", True), "append": ([Thing.some.set(Thing.some.append(["z"]))], "some", ["x", "y", "z"]),
    "prepend": ([Thing.some.set(Thing.some.prepend(["z"]))], "some", ["z", "x", "y"]), "remove element": ([Thing.some[0].remove()], "some", ["y"]),
    "remove": ([Thing.names.remove()], "names", None), "add": ([Thing.rank.add(4)], "rank", 9), "add to set": ([Thing.names.add({"c"})], "names", {"a", "b", "c"}),
    "delete from set": ([Thing.names.delete({"a"})], "names", {"b"}), "several": ([Thing.rank.set(1), Thing.names.remove(), Thing.sizes.add({1})], "sizes", {1}),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_update(name):
    actions, attribute, want = ACTIONS[name]
    thing = Thing("update", 1, rank=5, names={"a", "b"}, some=["x", "y"])
    thing.save(add_version_condition=False)
    thing.update(actions=actions)
    assert getattr(thing, attribute) == want and getattr(Thing.get("update", 1), attribute) == want


def test_queries_in_pages():
    with Thing.batch_write() as batch:
        for n in range(40):
            batch.save(Thing("query", n, owner=f"o{n % 2}", rank=n))
    assert [t.number for t in Thing.query("query", Thing.number.between(5, 30), page_size=4, scan_index_forward=False)] == list(range(30, 4, -1))
    assert [t.number for t in Thing.by_owner.query("o1", ByOwner.rank > 20, page_size=3)] == [n for n in range(21, 40, 2)]
    assert Thing.count("query", filter_condition=Thing.rank < 10) == 10
    first = Thing.query("query", limit=10)
    assert len(list(first)) == 10
    assert next(iter(Thing.query("query", last_evaluated_key=first.last_evaluated_key))).number == 10
    assert sum(1 for _ in Thing.scan(Thing.kind == "query", page_size=6)) == 40
    assert sum(len(list(Thing.scan(Thing.kind == "query", segment=n, total_segments=3))) for n in range(3)) == 40
    assert len(list(Thing.batch_get([("query", n) for n in range(60)]))) == 40


def test_transactions(judged):
    connection = Connection(host=judged["Endpoint"], region="us-east-1")
    with TransactWrite(connection=connection) as write:
        write.save(Plain("pt1", n=1))
        write.save(Plain("pt2", n=2), condition=Plain.k.does_not_exist())
    with TransactGet(connection=connection) as read:
        got = [read.get(Plain, "pt1"), read.get(Plain, "pt2")]
    assert [g.get().n for g in got] == [1, 2]
    with pytest.raises(TransactWriteError) as caught:
        with TransactWrite(connection=connection) as write:
            write.update(Plain("pt1"), actions=[Plain.n.add(1)])
            write.condition_check(Plain, "pt2", condition=Plain.n == 3)
    assert [r and r.code for r in caught.value.cancellation_reasons] == ["ConditionalCheckFailed", None]  # it sends conditions first
    assert Plain.get("pt1").n == 1


def test_what_is_not_there():
    with pytest.raises(Plain.DoesNotExist):
        Plain.get("pynamodb-none")
