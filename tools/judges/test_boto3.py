"""boto3: its parsers, paginators, waiters, checksums and transfer manager."""

import datetime
import decimal
import io
import json
import random
import time
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


def pool(judged, name):
    idp = boto3.client("cognito-idp")
    of = {"UserPoolId": judged["Pool"], "Username": name}
    idp.admin_create_user(**of, MessageAction="SUPPRESS", UserAttributes=[{"Name": "email", "Value": name + "@example.com"}, {"Name": "email_verified", "Value": "true"}])
    idp.admin_set_user_password(**of, Password="Right-Password-1", Permanent=True)
    return idp, of


def test_user_pools(judged):
    idp, of = pool(judged, "boto")
    assert [p["Name"] for page in idp.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 1}) for p in page["UserPools"]] == ["judged"]
    assert idp.describe_user_pool(UserPoolId=judged["Pool"])["UserPool"]["AliasAttributes"] == ["email"]
    assert idp.get_user_pool_mfa_config(UserPoolId=judged["Pool"])["MfaConfiguration"] == "OPTIONAL"
    pages = idp.get_paginator("list_user_pool_clients").paginate(UserPoolId=judged["Pool"], PaginationConfig={"PageSize": 1})
    assert {c["ClientName"] for page in pages for c in page["UserPoolClients"]} == {"web", "server"}
    idp.admin_add_user_to_group(**of, GroupName="Judges")
    pages = idp.get_paginator("list_users_in_group").paginate(UserPoolId=judged["Pool"], GroupName="Judges")
    assert "boto" in [u["Username"] for page in pages for u in page["Users"]]
    idp.admin_update_user_attributes(**of, UserAttributes=[{"Name": "name", "Value": "B"}])
    idp.admin_delete_user_attributes(**of, UserAttributeNames=["name"])
    assert "name" not in [a["Name"] for a in idp.admin_get_user(**of)["UserAttributes"]]
    idp.admin_delete_user(**of)
    with pytest.raises(idp.exceptions.UserNotFoundException):
        idp.admin_get_user(**of)


def test_user_pool_sessions(judged):
    idp, of = pool(judged, "session")
    sign_in = {"ClientId": judged["Client"], "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "session", "PASSWORD": "Right-Password-1"}}
    tokens = idp.initiate_auth(**sign_in)["AuthenticationResult"]
    idp.update_user_attributes(AccessToken=tokens["AccessToken"], UserAttributes=[{"Name": "name", "Value": "S"}])
    idp.delete_user_attributes(AccessToken=tokens["AccessToken"], UserAttributeNames=["name"])
    assert "name" not in [a["Name"] for a in idp.get_user(AccessToken=tokens["AccessToken"])["UserAttributes"]]
    with pytest.raises(idp.exceptions.CodeMismatchException):
        idp.get_user_attribute_verification_code(AccessToken=tokens["AccessToken"], AttributeName="email")
        idp.verify_user_attribute(AccessToken=tokens["AccessToken"], AttributeName="email", Code="000000")
    idp.admin_user_global_sign_out(**of)
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        idp.get_user(AccessToken=tokens["AccessToken"])
    idp.admin_set_user_password(**of, Password="Other-Password-1", Permanent=False)
    sign_in = {"UserPoolId": judged["Pool"], "ClientId": judged["Client"]}
    asked = idp.admin_initiate_auth(**sign_in, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "session", "PASSWORD": "Other-Password-1"})
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    answered = idp.admin_respond_to_auth_challenge(**sign_in, ChallengeName=asked["ChallengeName"], Session=asked["Session"],
                                                   ChallengeResponses={"USERNAME": "session", "NEW_PASSWORD": "Third-Password-1"})
    assert answered["AuthenticationResult"]["AccessToken"]
    idp.admin_reset_user_password(**of)
    assert idp.admin_get_user(**of)["UserStatus"] == "RESET_REQUIRED"
    idp.admin_delete_user(**of)


def test_refresh_tokens(judged):
    idp, of = pool(judged, "refresh")
    tokens = idp.initiate_auth(ClientId=judged["Client"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "refresh", "PASSWORD": "Right-Password-1"})["AuthenticationResult"]
    assert idp.get_tokens_from_refresh_token(RefreshToken=tokens["RefreshToken"], ClientId=judged["Client"])["AuthenticationResult"]["IdToken"]
    idp.admin_delete_user(**of)


def test_identity_pool_reads(judged):
    ids = boto3.client("cognito-identity")
    of = {"IdentityPoolId": judged["Identities"]}
    assert ids.list_identity_pools(MaxResults=5)["IdentityPools"][0]["IdentityPoolName"] == "judged"
    assert ids.describe_identity_pool(**of)["AllowUnauthenticatedIdentities"] is True
    assert ids.get_identity_pool_roles(**of)["Roles"]["authenticated"] == judged["Role"]
    assert ids.get_principal_tag_attribute_map(**of, IdentityProviderName=judged["Provider"])["PrincipalTags"] == {"client": "aud"}
    one = ids.get_id(**of)["IdentityId"]
    assert one in [i["IdentityId"] for i in ids.list_identities(**of, MaxResults=60)["Identities"]]
    assert ids.delete_identities(IdentityIdsToDelete=[one])["UnprocessedIdentityIds"] == []


def test_table_settings(db):
    db.create_table(TableName="settings", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
    db.get_waiter("table_exists").wait(TableName="settings", WaiterConfig={"Delay": 1})
    arn = db.describe_table(TableName="settings")["Table"]["TableArn"]
    db.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])
    assert db.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
    db.update_time_to_live(TableName="settings", TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"})
    assert db.describe_time_to_live(TableName="settings")["TimeToLiveDescription"]["AttributeName"] == "until"
    db.update_continuous_backups(TableName="settings", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    db.put_item(TableName="settings", Item={"k": {"S": "x"}})
    db.restore_table_to_point_in_time(SourceTableName="settings", TargetTableName="restored", UseLatestRestorableTime=True)
    db.get_waiter("table_exists").wait(TableName="restored", WaiterConfig={"Delay": 1})
    assert "RestoreSummary" in db.describe_table(TableName="restored")["Table"]
    db.update_table(TableName="settings", DeletionProtectionEnabled=True)
    assert code(lambda: db.delete_table(TableName="settings")) == ("ValidationException", 400)
    db.update_table(TableName="settings", DeletionProtectionEnabled=False)
    for name in ("settings", "restored"):
        db.delete_table(TableName=name)
        db.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1})


def test_functions():
    functions = boto3.client("lambda")
    assert [f["FunctionName"] for page in functions.get_paginator("list_functions").paginate() for f in page["Functions"]] == ["judged"]
    assert functions.get_function(FunctionName="judged")["Code"]["RepositoryType"] == "S3"
    functions.update_function_configuration(FunctionName="judged", MemorySize=256)
    functions.get_waiter("function_updated_v2").wait(FunctionName="judged", WaiterConfig={"Delay": 1})
    assert functions.get_function_configuration(FunctionName="judged")["MemorySize"] == 256
    broken = functions.invoke(FunctionName="judged", Payload=b"{}")  # its program ends at once
    assert broken["StatusCode"] == 200 and broken["FunctionError"] == "Unhandled"
    assert code(lambda: functions.invoke(FunctionName="none")) == ("ResourceNotFoundException", 404)


def test_rules():
    rules = boto3.client("events")
    assert rules.describe_rule(Name="judged")["State"] == "DISABLED"
    assert [r["Name"] for page in rules.get_paginator("list_rules").paginate() for r in page["Rules"]] == ["judged"]
    assert rules.list_targets_by_rule(Rule="judged")["Targets"][0]["Id"] == "program"
    assert code(lambda: rules.describe_rule(Name="none")) == ("ResourceNotFoundException", 400)


def test_invalidations(judged):
    cdn = boto3.client("cloudfront")
    batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": "judge"}
    made = cdn.create_invalidation(DistributionId=judged["Distribution"], InvalidationBatch=batch)["Invalidation"]
    assert cdn.create_invalidation(DistributionId=judged["Distribution"], InvalidationBatch=batch)["Invalidation"]["Id"] == made["Id"]
    cdn.get_waiter("invalidation_completed").wait(DistributionId=judged["Distribution"], Id=made["Id"], WaiterConfig={"Delay": 1})
    assert [i["Id"] for i in cdn.list_invalidations(DistributionId=judged["Distribution"])["InvalidationList"]["Items"]] == [made["Id"]]
    assert code(lambda: cdn.get_invalidation(DistributionId=judged["Distribution"], Id="I0")) == ("NoSuchInvalidation", 404)


def test_alarms():
    watch = boto3.client("cloudwatch")
    watch.set_alarm_state(AlarmName="judged", StateValue="ALARM", StateReason="boto3")
    assert watch.describe_alarms(AlarmNames=["judged"])["MetricAlarms"][0]["StateReason"] == "boto3"
    assert [h for page in watch.get_paginator("describe_alarm_history").paginate(AlarmName="judged") for h in page["AlarmHistoryItems"]]
    assert watch.list_dashboards()["DashboardEntries"][0]["DashboardName"] == "judged"
    assert watch.get_dashboard(DashboardName="judged")["DashboardBody"] == '{"widgets":[]}'
    assert [m for page in watch.get_paginator("list_metrics").paginate(Namespace="AWS/DynamoDB") for m in page["Metrics"]]

    now = datetime.datetime.now(datetime.timezone.utc)
    span = {"StartTime": now - datetime.timedelta(hours=1), "EndTime": now + datetime.timedelta(minutes=1)}
    metric = {"Namespace": "AWS/DynamoDB", "MetricName": "SuccessfulRequestLatency", "Dimensions": [{"Name": "TableName", "Value": "judged"}, {"Name": "Operation", "Value": "PutItem"}]}
    watch.get_metric_statistics(**metric, **span, Period=60, Statistics=["SampleCount"])
    got = watch.get_metric_data(**span, MetricDataQueries=[{"Id": "a", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "SampleCount"}}])
    assert got["MetricDataResults"][0]["StatusCode"] == "Complete"


def test_topics(judged):
    sns = boto3.client("sns")
    assert judged["Topic"] in [t["TopicArn"] for page in sns.get_paginator("list_topics").paginate() for t in page["Topics"]]
    assert sns.get_topic_attributes(TopicArn=judged["Topic"])["Attributes"]["SubscriptionsPending"] == "1"
    assert sns.publish(TopicArn=judged["Topic"], Subject="s", Message="m")["MessageId"]
    assert sns.list_subscriptions()["Subscriptions"][0]["SubscriptionArn"] == "PendingConfirmation"
    assert sns.list_subscriptions_by_topic(TopicArn=judged["Topic"])["Subscriptions"][0]["Protocol"] == "email"
    none = judged["Topic"] + ":00000000-0000-0000-0000-000000000000"
    assert code(lambda: sns.get_subscription_attributes(SubscriptionArn=none)) == ("NotFound", 404)
    assert code(lambda: sns.confirm_subscription(TopicArn=judged["Topic"], Token="none")) == ("InvalidParameter", 400)


def test_logs():
    logs = boto3.client("logs")
    group = [g for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="judged") for g in page["logGroups"]][0]
    assert group["retentionInDays"] == 7 and group["arn"].endswith(":*")
    assert logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"] == {"of": "judges"}
    assert logs.describe_log_streams(logGroupName="judged")["logStreams"] == []
    assert [e for page in logs.get_paginator("filter_log_events").paginate(logGroupName="judged") for e in page["events"]] == []
    assert logs.describe_query_definitions()["queryDefinitions"] == []
    assert code(lambda: logs.get_log_events(logGroupName="judged", logStreamName="none")) == ("ResourceNotFoundException", 400)


def test_parameters():
    ssm = boto3.client("ssm")
    assert int(ssm.get_parameter(Name="/cdk-bootstrap/hnb659fds/version")["Parameter"]["Value"]) > 0
    assert code(lambda: ssm.get_parameter(Name="/none")) == ("ParameterNotFound", 400)


def test_resources():
    control = boto3.client("cloudcontrol")
    assert '"judged"' in control.get_resource(TypeName="AWS::DynamoDB::Table", Identifier="judged")["ResourceDescription"]["Properties"]
    names = [r["Identifier"] for page in control.get_paginator("list_resources").paginate(TypeName="AWS::S3::Bucket") for r in page["ResourceDescriptions"]]
    assert {"judged-files", "judged-versions"} <= set(names)
    assert code(lambda: control.get_resource(TypeName="AWS::S3::Bucket", Identifier="none")) == ("ResourceNotFoundException", 400)


def test_a_failed_stack_is_rolled_back():

    cfn = boto3.client("cloudformation")
    template = json.dumps({"Resources": {"Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "rolled-back"}},
                                         "Same": {"Type": "AWS::S3::Bucket", "DependsOn": "Log", "Properties": {"BucketName": "judged-files"}}}})
    cfn.create_stack(StackName="boto3", TemplateBody=template, DisableRollback=True)
    with pytest.raises(Exception, match="CREATE_FAILED"):
        cfn.get_waiter("stack_create_complete").wait(StackName="boto3", WaiterConfig={"Delay": 1})
    cfn.rollback_stack(StackName="boto3")
    for _ in range(60):
        if cfn.describe_stacks(StackName="boto3")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE":
            break
        time.sleep(1)
    assert cfn.describe_stacks(StackName="boto3")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"
    assert code(lambda: cfn.continue_update_rollback(StackName="boto3")) == ("ValidationError", 400)
    assert any("already" in e.get("ResourceStatusReason", "") for page in cfn.get_paginator("describe_stack_events").paginate(StackName="boto3") for e in page["StackEvents"])
    cfn.delete_stack(StackName="boto3")
    cfn.get_waiter("stack_delete_complete").wait(StackName="boto3", WaiterConfig={"Delay": 1})
