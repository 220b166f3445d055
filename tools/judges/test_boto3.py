"""boto3: its parsers, paginators, waiters, checksums and transfer manager."""

import decimal
import io
import random
import uuid

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
import urllib3

JUDGE = ["boto3", "botocore"]

PATHS = Config(s3={"addressing_style": "path"}, signature_version="s3v4")  # without it, links are signed by the old version, which no new bucket takes


@pytest.fixture(scope="module")
def s3():
    return boto3.client("s3", config=PATHS)


@pytest.fixture(scope="module")
def db():
    return boto3.client("dynamodb")


@pytest.fixture(scope="module")
def table():
    made = boto3.resource("dynamodb").create_table(
        TableName="boto3", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in (("k", "S"), ("s", "N"), ("g", "S"))],
        GlobalSecondaryIndexes=[{"IndexName": "byG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}],
    )
    made.wait_until_exists()
    yield made
    made.delete()
    made.wait_until_not_exists()


def code(call):
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


KEYS = ["plain", "a/b/c", "with space", "plus+plus", "per%cent", "ü/日本語", "quote'\"", "a//b", "tilde~", "q?x=1&y", "hash#", "dots/../x", "colon:semi;", "[brackets]", "emoji-😀", "<xml>&amp;"]


@pytest.mark.parametrize("key", KEYS)
def test_object_of_any_name(s3, key):
    body = key.encode() * 3
    put = s3.put_object(Bucket="judged-files", Key=key, Body=body, Metadata={"one": "1"}, ContentType="text/x-judge")
    got = s3.get_object(Bucket="judged-files", Key=key)
    assert got["Body"].read() == body and got["ETag"] == put["ETag"] and got["Metadata"] == {"one": "1"}
    listed = s3.list_objects_v2(Bucket="judged-files", Prefix=key)["Contents"]
    assert [o["Key"] for o in listed] == [key] and listed[0]["Size"] == len(body)
    s3.delete_object(Bucket="judged-files", Key=key)
    assert code(lambda: s3.head_object(Bucket="judged-files", Key=key)) == ("404", 404)


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_checksum_is_kept_and_checked(s3, algorithm):
    key = "sum-" + algorithm
    member = "Checksum" + algorithm
    put = s3.put_object(Bucket="judged-files", Key=key, Body=b"checked", ChecksumAlgorithm=algorithm)
    got = s3.get_object(Bucket="judged-files", Key=key, ChecksumMode="ENABLED")
    assert got["Body"].read() == b"checked" and got[member] == put[member]
    wrong = {member: {"CRC32": "AAAAAA==", "SHA1": "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "SHA256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}[algorithm]}
    assert code(lambda: s3.put_object(Bucket="judged-files", Key=key, Body=b"checked", **wrong)) == ("BadDigest", 400)


@pytest.mark.parametrize("spec,want", [("bytes=0-0", b"0"), ("bytes=2-4", b"234"), ("bytes=-3", b"789"), ("bytes=7-", b"789"), ("bytes=5-100", b"56789")])
def test_range(s3, spec, want):
    s3.put_object(Bucket="judged-files", Key="range", Body=b"0123456789")
    got = s3.get_object(Bucket="judged-files", Key="range", Range=spec)
    assert got["Body"].read() == want and got["ResponseMetadata"]["HTTPStatusCode"] == 206


def test_range_beyond_the_end(s3):
    s3.put_object(Bucket="judged-files", Key="range", Body=b"0123456789")
    assert code(lambda: s3.get_object(Bucket="judged-files", Key="range", Range="bytes=10-")) == ("InvalidRange", 416)


def test_conditions(s3):
    tag = s3.put_object(Bucket="judged-files", Key="if", Body=b"x")["ETag"]
    assert code(lambda: s3.get_object(Bucket="judged-files", Key="if", IfNoneMatch=tag)) == ("304", 304)
    assert code(lambda: s3.get_object(Bucket="judged-files", Key="if", IfMatch='"no"')) == ("PreconditionFailed", 412)
    assert code(lambda: s3.put_object(Bucket="judged-files", Key="if", Body=b"y", IfNoneMatch="*")) == ("PreconditionFailed", 412)
    s3.put_object(Bucket="judged-files", Key="if", Body=b"y", IfMatch=tag)


def test_listing_by_folders_in_pages(s3):
    want = {f"pages/{i % 7}/{i}" for i in range(60)}
    for key in want:
        s3.put_object(Bucket="judged-files", Key=key, Body=b"")
    for name in ("list_objects_v2", "list_objects"):
        pages = s3.get_paginator(name).paginate(Bucket="judged-files", Prefix="pages/", PaginationConfig={"PageSize": 13})
        assert [o["Key"] for page in pages for o in page["Contents"]] == sorted(want)
        pages = s3.get_paginator(name).paginate(Bucket="judged-files", Prefix="pages/", Delimiter="/", PaginationConfig={"PageSize": 2})
        assert [p["Prefix"] for page in pages for p in page.get("CommonPrefixes", [])] == [f"pages/{i}/" for i in range(7)]
    gone = s3.delete_objects(Bucket="judged-files", Delete={"Objects": [{"Key": k} for k in want]})
    assert {d["Key"] for d in gone["Deleted"]} == want


def test_listing_encodes_what_xml_has_not(s3):
    s3.put_object(Bucket="judged-files", Key="odd/\x01\x1f", Body=b"")
    assert [o["Key"] for o in s3.list_objects_v2(Bucket="judged-files", Prefix="odd/")["Contents"]] == ["odd/\x01\x1f"]
    s3.delete_object(Bucket="judged-files", Key="odd/\x01\x1f")


@pytest.mark.parametrize("size", [0, 1, 5 << 20, (5 << 20) + 1, 17 << 20])
def test_transfer_manager(s3, size):
    body = random.Random(size).randbytes(size)
    config = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, max_concurrency=1)
    s3.upload_fileobj(io.BytesIO(body), "judged-files", "transfer", Config=config, ExtraArgs={"ContentType": "x/y"})
    back = io.BytesIO()
    s3.download_fileobj("judged-files", "transfer", back, Config=config)
    assert back.getvalue() == body
    s3.copy({"Bucket": "judged-files", "Key": "transfer"}, "judged-files", "copied", Config=config)
    assert s3.head_object(Bucket="judged-files", Key="copied")["ContentLength"] == size
    s3.delete_objects(Bucket="judged-files", Delete={"Objects": [{"Key": "transfer"}, {"Key": "copied"}], "Quiet": True})


def test_multipart_by_hand(s3):
    of = {"Bucket": "judged-files", "Key": "parts"}
    upload = s3.create_multipart_upload(**of)["UploadId"]
    tags = [s3.upload_part(**of, UploadId=upload, PartNumber=n, Body=b"x" * (5 << 20 if n < 3 else 7))["ETag"] for n in (1, 2, 3)]
    assert [p["PartNumber"] for p in s3.list_parts(**of, UploadId=upload)["Parts"]] == [1, 2, 3]
    assert upload in [u["UploadId"] for u in s3.list_multipart_uploads(Bucket="judged-files")["Uploads"]]
    parts = [{"PartNumber": n, "ETag": t} for n, t in enumerate(tags, 1)]
    assert code(lambda: s3.complete_multipart_upload(**of, UploadId=upload, MultipartUpload={"Parts": parts[::-1]})) == ("InvalidPartOrder", 400)
    done = s3.complete_multipart_upload(**of, UploadId=upload, MultipartUpload={"Parts": parts})
    assert done["ETag"].endswith('-3"')
    assert s3.get_object(**of, PartNumber=3)["Body"].read() == b"x" * 7
    assert s3.get_object_attributes(**of, ObjectAttributes=["ObjectParts", "ObjectSize"])["ObjectParts"]["TotalPartsCount"] == 3
    upload = s3.create_multipart_upload(**of)["UploadId"]
    s3.abort_multipart_upload(**of, UploadId=upload)
    assert code(lambda: s3.list_parts(**of, UploadId=upload)) == ("NoSuchUpload", 404)


def test_parts_that_are_too_small(s3):
    of = {"Bucket": "judged-files", "Key": "small"}
    upload = s3.create_multipart_upload(**of)["UploadId"]
    parts = [{"PartNumber": n, "ETag": s3.upload_part(**of, UploadId=upload, PartNumber=n, Body=b"x")["ETag"]} for n in (1, 2)]
    assert code(lambda: s3.complete_multipart_upload(**of, UploadId=upload, MultipartUpload={"Parts": parts})) == ("EntityTooSmall", 400)
    s3.abort_multipart_upload(**of, UploadId=upload)


def test_part_copy(s3):
    s3.put_object(Bucket="judged-files", Key="source", Body=b"y" * (6 << 20))
    of = {"Bucket": "judged-files", "Key": "target"}
    upload = s3.create_multipart_upload(**of)["UploadId"]
    tag = s3.upload_part_copy(**of, UploadId=upload, PartNumber=1, CopySource="judged-files/source", CopySourceRange="bytes=0-99")["CopyPartResult"]["ETag"]
    s3.complete_multipart_upload(**of, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]})
    assert s3.head_object(**of)["ContentLength"] == 100


def test_versions(s3):
    of = {"Bucket": "judged-versions", "Key": "v/" + uuid.uuid4().hex}
    ids = [s3.put_object(**of, Body=str(n).encode())["VersionId"] for n in range(3)]
    marker = s3.delete_object(**of)
    assert marker["DeleteMarker"]
    assert code(lambda: s3.get_object(**of)) == ("NoSuchKey", 404)
    assert s3.get_object(**of, VersionId=ids[0])["Body"].read() == b"0"
    assert code(lambda: s3.get_object(**of, VersionId=marker["VersionId"])) == ("MethodNotAllowed", 405)
    pages = list(s3.get_paginator("list_object_versions").paginate(Bucket="judged-versions", Prefix=of["Key"], PaginationConfig={"PageSize": 2}))
    assert [v["VersionId"] for p in pages for v in p.get("Versions", [])] == ids[::-1]
    assert [m["VersionId"] for p in pages for m in p.get("DeleteMarkers", [])] == [marker["VersionId"]]
    s3.delete_object(**of, VersionId=marker["VersionId"])
    assert s3.get_object(**of)["Body"].read() == b"2"


def test_tags(s3):
    s3.put_object(Bucket="judged-files", Key="tags", Body=b"", Tagging="a=1&b=x%20y")
    assert s3.get_object_tagging(Bucket="judged-files", Key="tags")["TagSet"] == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "x y"}]
    s3.put_object_tagging(Bucket="judged-files", Key="tags", Tagging={"TagSet": [{"Key": "c", "Value": ""}]})
    assert s3.head_object(Bucket="judged-files", Key="tags")["ResponseMetadata"]["HTTPStatusCode"] == 200
    s3.delete_object_tagging(Bucket="judged-files", Key="tags")
    assert s3.get_object_tagging(Bucket="judged-files", Key="tags")["TagSet"] == []


def test_presigned(s3):
    http = urllib3.PoolManager()
    put = s3.generate_presigned_url("put_object", Params={"Bucket": "judged-files", "Key": "signed url"}, ExpiresIn=60)
    assert http.request("PUT", put, body=b"signed").status == 200
    get = s3.generate_presigned_url("get_object", Params={"Bucket": "judged-files", "Key": "signed url", "ResponseContentType": "x/z"}, ExpiresIn=60)
    got = http.request("GET", get)
    assert got.data == b"signed" and got.headers["Content-Type"] == "x/z"
    assert http.request("GET", get.replace("signed", "other")).status == 403
    assert http.request("GET", get[:-4] + "0000").status == 403


def test_bucket_reads(s3):
    assert {b["Name"] for b in s3.list_buckets()["Buckets"]} >= {"judged-files", "judged-versions"}
    assert s3.get_bucket_location(Bucket="judged-files")["LocationConstraint"] is None
    assert s3.get_bucket_versioning(Bucket="judged-versions")["Status"] == "Enabled"
    assert "Status" not in s3.get_bucket_versioning(Bucket="judged-files")
    assert s3.get_bucket_cors(Bucket="judged-files")["CORSRules"][0]["AllowedMethods"] == ["GET", "PUT"]
    assert s3.get_bucket_encryption(Bucket="judged-files")["ServerSideEncryptionConfiguration"]["Rules"]
    assert code(lambda: s3.head_bucket(Bucket="judged-nowhere")) == ("404", 404)
    assert code(lambda: s3.get_bucket_cors(Bucket="judged-versions")) == ("NoSuchCORSConfiguration", 404)
    s3.get_waiter("bucket_exists").wait(Bucket="judged-files")


VALUES = [
    "text", "", decimal.Decimal("1.50"), decimal.Decimal("-1E-130"), decimal.Decimal("9.9999999999999999999999999999999999999E+125"), True, None, b"\x00\xff",
    {"a", "b"}, {decimal.Decimal(1), decimal.Decimal("2.5")}, [1, "x", None, [True]], {"deep": {"er": [{"e": "st"}]}},
]


@pytest.mark.parametrize("value", VALUES, ids=[str(i) for i in range(len(VALUES))])
def test_value_comes_back(table, value):
    table.put_item(Item={"k": "value", "s": 1, "v": value})
    got = table.get_item(Key={"k": "value", "s": 1}, ConsistentRead=True)["Item"]["v"]
    assert (got.value if hasattr(got, "value") else got) == value


def test_query_in_pages(table, db):
    with table.batch_writer() as batch:
        for n in range(70):
            batch.put_item(Item={"k": "pages", "s": n, "g": f"g{n % 3}", "pad": "x" * 100})
    pages = db.get_paginator("query").paginate(
        TableName="boto3", KeyConditionExpression="k = :k AND s BETWEEN :a AND :b", ScanIndexForward=False,
        ExpressionAttributeValues={":k": {"S": "pages"}, ":a": {"N": "10"}, ":b": {"N": "59"}}, PaginationConfig={"PageSize": 7})
    assert [int(i["s"]["N"]) for p in pages for i in p["Items"]] == list(range(59, 9, -1))
    got = table.query(IndexName="byG", KeyConditionExpression=Key("g").eq("g1"), FilterExpression=Attr("s").gte(30) & ~Attr("s").eq(40))
    assert sorted(int(i["s"]) for i in got["Items"]) == [n for n in range(30, 70) if n % 3 == 1 and n != 40]
    pages = db.get_paginator("scan").paginate(TableName="boto3", FilterExpression="k = :k", ExpressionAttributeValues={":k": {"S": "pages"}}, PaginationConfig={"PageSize": 9})
    assert sum(p["Count"] for p in pages) == 70


def test_conditional_update(table):
    table.put_item(Item={"k": "c", "s": 0, "n": 1})
    got = table.update_item(Key={"k": "c", "s": 0}, UpdateExpression="ADD n :one SET l = list_append(if_not_exists(l, :none), :some)", ConditionExpression=Attr("n").eq(1),
                            ExpressionAttributeValues={":one": 1, ":none": [], ":some": ["x"]}, ReturnValues="ALL_NEW")
    assert got["Attributes"] == {"k": "c", "s": 0, "n": 2, "l": ["x"]}
    with pytest.raises(ClientError) as caught:
        table.update_item(Key={"k": "c", "s": 0}, UpdateExpression="SET n = :n", ConditionExpression=Attr("n").eq(1), ExpressionAttributeValues={":n": 0},
                          ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert caught.value.response["Error"]["Code"] == "ConditionalCheckFailedException" and caught.value.response["Item"]["n"] == {"N": "2"}
    table.delete_item(Key={"k": "c", "s": 0})


def test_transactions(db):
    put = {"Put": {"TableName": "judged", "Item": {"k": {"S": "t1"}}, "ConditionExpression": "attribute_not_exists(k)"}}
    token = uuid.uuid4().hex
    db.transact_write_items(TransactItems=[put], ClientRequestToken=token)
    db.transact_write_items(TransactItems=[put], ClientRequestToken=token)
    with pytest.raises(db.exceptions.TransactionCanceledException) as caught:
        db.transact_write_items(TransactItems=[put, {"Delete": {"TableName": "judged", "Key": {"k": {"S": "t2"}}}}])
    assert [r["Code"] for r in caught.value.response["CancellationReasons"]] == ["ConditionalCheckFailed", "None"]
    got = db.transact_get_items(TransactItems=[{"Get": {"TableName": "judged", "Key": {"k": {"S": k}}}} for k in ("t1", "t2")])
    assert got["Responses"] == [{"Item": {"k": {"S": "t1"}}}, {}]


def test_batches(db):
    rows = [{"PutRequest": {"Item": {"k": {"S": f"b{n}"}}}} for n in range(25)]
    assert db.batch_write_item(RequestItems={"judged": rows})["UnprocessedItems"] == {}
    got = db.batch_get_item(RequestItems={"judged": {"Keys": [{"k": {"S": f"b{n}"}} for n in range(30)]}})
    assert len(got["Responses"]["judged"]) == 25


def test_tables(db, judged):
    assert "judged" in [n for p in db.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 1}) for n in p["TableNames"]]
    assert db.describe_table(TableName="judged")["Table"]["TableStatus"] == "ACTIVE"
    assert db.list_tags_of_resource(ResourceArn=judged["Table"])["Tags"]
    assert db.describe_continuous_backups(TableName="judged")["ContinuousBackupsDescription"]["ContinuousBackupsStatus"] == "ENABLED"
    assert db.describe_time_to_live(TableName="judged")["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED"
    assert db.describe_limits()["AccountMaxReadCapacityUnits"] > 0
    with pytest.raises(db.exceptions.ResourceNotFoundException):
        db.describe_table(TableName="nowhere")


def test_roles(judged):
    me = boto3.client("sts").get_caller_identity()
    assert me["Account"] == "000000000000"
    keys = boto3.client("sts").assume_role(RoleArn=judged["Role"], RoleSessionName="judge")["Credentials"]
    as_role = boto3.client("s3", config=PATHS, aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys["SessionToken"])
    boto3.client("s3", config=PATHS).put_object(Bucket="judged-files", Key="read", Body=b"r")
    assert as_role.get_object(Bucket="judged-files", Key="read")["Body"].read() == b"r"
    assert code(lambda: as_role.put_object(Bucket="judged-files", Key="read", Body=b"w")) == ("AccessDenied", 403)
    assert code(lambda: as_role.get_object(Bucket="judged-versions", Key="read")) == ("AccessDenied", 403)
