"""AWS's command line, as people type it."""

import json
import os
import subprocess
import urllib.request

import pytest

JUDGE = []  # in an environment of its own, see version


@pytest.fixture(scope="module", autouse=True)
def settings(tmp_path_factory):
    """Links by the signatures that new buckets take: this version's own are of the old kind."""
    file = tmp_path_factory.mktemp("settings") / "config"
    file.write_text("[default]\ns3 =\n  signature_version = s3v4\n")
    os.environ["AWS_CONFIG_FILE"] = str(file)


def run(*words, at=None, want=0, raw=False):
    done = subprocess.run([os.environ["AWS_CLI"], *words], cwd=at, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode == 0) == (want == 0), done.stdout + done.stderr
    if want != 0:
        return done.stderr
    return done.stdout if raw or not done.stdout.startswith(("{", "[")) else json.loads(done.stdout)


def test_who_am_i():
    assert run("sts", "get-caller-identity")["Account"] == "000000000000"


def test_cp_and_ls(tmp_path):
    (tmp_path / "one.txt").write_text("one")
    run("s3", "cp", "one.txt", "s3://judged-files/cli/one.txt", at=tmp_path)
    assert run("s3", "ls", "s3://judged-files/cli/", raw=True).split()[-2:] == ["3", "one.txt"]
    assert run("s3", "cp", "s3://judged-files/cli/one.txt", "-", raw=True) == "one"
    assert "judged-versions" in run("s3", "ls", raw=True)


def test_cp_of_many_parts(tmp_path):
    body = os.urandom(20 << 20)
    (tmp_path / "big").write_bytes(body)
    run("s3", "cp", "big", "s3://judged-files/cli/big", at=tmp_path)
    run("s3", "cp", "s3://judged-files/cli/big", "s3://judged-files/cli/big2")
    run("s3", "cp", "s3://judged-files/cli/big2", "back", at=tmp_path)
    assert (tmp_path / "back").read_bytes() == body


def test_sync(tmp_path):
    for name in ("a.txt", "b/c.txt", "b/d e.txt"):
        (tmp_path / "from" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "from" / name).write_text(name)
    assert run("s3", "sync", "from", "s3://judged-files/sync", at=tmp_path, raw=True).count("upload:") == 3
    assert run("s3", "sync", "from", "s3://judged-files/sync", at=tmp_path, raw=True) == ""
    (tmp_path / "from" / "a.txt").unlink()
    assert "delete:" in run("s3", "sync", "--delete", "from", "s3://judged-files/sync", at=tmp_path, raw=True)
    run("s3", "sync", "s3://judged-files/sync", "to", at=tmp_path)
    assert (tmp_path / "to/b/d e.txt").read_text() == "b/d e.txt"
    run("s3", "mv", "--recursive", "s3://judged-files/sync/", "s3://judged-files/moved/")
    assert run("s3", "rm", "--recursive", "s3://judged-files/moved/", raw=True).count("delete:") == 2


def test_presign(tmp_path):
    (tmp_path / "f").write_text("by link")
    run("s3", "cp", "f", "s3://judged-files/cli/f", at=tmp_path)
    with urllib.request.urlopen(run("s3", "presign", "s3://judged-files/cli/f", raw=True).strip()) as answer:
        assert answer.read() == b"by link"


def test_s3api_queries():
    assert run("s3api", "list-buckets", "--query", "Buckets[?Name=='judged-files'].Name") == ["judged-files"]
    assert "NoSuchKey" in run("s3api", "get-object", "--bucket", "judged-files", "--key", "none", "/dev/null", want=254)


def test_dynamodb():
    item = '{"k": {"S": "cli"}, "n": {"N": "1"}}'
    run("dynamodb", "put-item", "--table-name", "judged", "--item", item)
    got = run("dynamodb", "update-item", "--table-name", "judged", "--key", '{"k": {"S": "cli"}}', "--update-expression", "ADD n :one",
              "--expression-attribute-values", '{":one": {"N": "1"}}', "--return-values", "ALL_NEW")
    assert got["Attributes"]["n"] == {"N": "2"}
    assert run("dynamodb", "query", "--table-name", "judged", "--key-condition-expression", "k = :k", "--expression-attribute-values", '{":k": {"S": "cli"}}')["Count"] == 1
    assert run("dynamodb", "scan", "--table-name", "judged", "--page-size", "2", "--max-items", "3")["Items"]
    assert "ConditionalCheckFailedException" in run("dynamodb", "put-item", "--table-name", "judged", "--item", item, "--condition-expression", "attribute_not_exists(k)", want=254)


def test_dynamodb_table():
    run("dynamodb", "create-table", "--table-name", "cli", "--billing-mode", "PAY_PER_REQUEST", "--attribute-definitions", "AttributeName=k,AttributeType=S", "--key-schema", "AttributeName=k,KeyType=HASH")
    run("dynamodb", "wait", "table-exists", "--table-name", "cli")
    run("dynamodb", "update-time-to-live", "--table-name", "cli", "--time-to-live-specification", "Enabled=true,AttributeName=until")
    run("dynamodb", "update-continuous-backups", "--table-name", "cli", "--point-in-time-recovery-specification", "PointInTimeRecoveryEnabled=true")
    arn = run("dynamodb", "describe-table", "--table-name", "cli", "--query", "Table.TableArn")
    run("dynamodb", "tag-resource", "--resource-arn", json.loads(arn) if arn.startswith('"') else arn.strip(), "--tags", "Key=a,Value=b")
    run("dynamodb", "update-table", "--table-name", "cli", "--deletion-protection-enabled")
    run("dynamodb", "update-table", "--table-name", "cli", "--no-deletion-protection-enabled")
    run("dynamodb", "delete-table", "--table-name", "cli")
    run("dynamodb", "wait", "table-not-exists", "--table-name", "cli")


def test_cloudformation(tmp_path):
    template = {"Resources": {"Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 7}}}, "Outputs": {"Log": {"Value": {"Ref": "Log"}}}}
    (tmp_path / "t.json").write_text(json.dumps(template))
    run("cloudformation", "deploy", "--stack-name", "cli", "--template-file", "t.json", at=tmp_path)
    assert "No changes to deploy" in run("cloudformation", "deploy", "--no-fail-on-empty-changeset", "--stack-name", "cli", "--template-file", "t.json", at=tmp_path, raw=True)
    template["Resources"]["Log"]["Properties"]["RetentionInDays"] = 14
    (tmp_path / "t.json").write_text(json.dumps(template))
    run("cloudformation", "create-change-set", "--stack-name", "cli", "--change-set-name", "next", "--template-body", "file://t.json", at=tmp_path)
    run("cloudformation", "wait", "change-set-create-complete", "--stack-name", "cli", "--change-set-name", "next")
    changes = run("cloudformation", "describe-change-set", "--stack-name", "cli", "--change-set-name", "next")["Changes"]
    assert changes[0]["ResourceChange"]["Replacement"] == "False"
    assert "next" in [s["ChangeSetName"] for s in run("cloudformation", "list-change-sets", "--stack-name", "cli")["Summaries"]]  # beside the empty one
    run("cloudformation", "delete-change-set", "--stack-name", "cli", "--change-set-name", "next")
    run("cloudformation", "update-stack", "--stack-name", "cli", "--template-body", "file://t.json", at=tmp_path)
    run("cloudformation", "wait", "stack-update-complete", "--stack-name", "cli")
    assert run("cloudformation", "describe-stacks", "--stack-name", "cli")["Stacks"][0]["Outputs"][0]["OutputKey"] == "Log"
    assert run("cloudformation", "describe-stack-events", "--stack-name", "cli", "--max-items", "2")["StackEvents"]
    assert run("cloudformation", "list-stack-resources", "--stack-name", "cli")["StackResourceSummaries"][0]["LogicalResourceId"] == "Log"
    assert run("cloudformation", "describe-stack-resources", "--stack-name", "cli")["StackResources"]
    assert run("cloudformation", "get-template", "--stack-name", "cli")["TemplateBody"]["Outputs"]
    assert run("cloudformation", "get-template-summary", "--stack-name", "cli")["ResourceTypes"] == ["AWS::Logs::LogGroup"]
    assert [s for s in run("cloudformation", "list-stacks")["StackSummaries"] if s["StackName"] == "cli"]
    run("cloudformation", "update-termination-protection", "--stack-name", "cli", "--enable-termination-protection")
    assert "TerminationProtection" in run("cloudformation", "delete-stack", "--stack-name", "cli", want=254)
    run("cloudformation", "update-termination-protection", "--stack-name", "cli", "--no-enable-termination-protection")
    run("cloudformation", "delete-stack", "--stack-name", "cli")
    run("cloudformation", "wait", "stack-delete-complete", "--stack-name", "cli")
    assert "does not exist" in run("cloudformation", "describe-stacks", "--stack-name", "cli", want=254)


def test_a_faulty_template(tmp_path):
    (tmp_path / "t.json").write_text('{"Resources": {"X": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 2}}}}')
    assert run("cloudformation", "create-stack", "--stack-name", "faulty", "--template-body", "file://t.json", "--on-failure", "DELETE", at=tmp_path, want=254)


def test_cloud_control():
    got = run("cloudcontrol", "get-resource", "--type-name", "AWS::DynamoDB::Table", "--identifier", "judged")
    assert json.loads(got["ResourceDescription"]["Properties"])["TableName"] == "judged"
    assert {"judged-files"} <= {r["Identifier"] for r in run("cloudcontrol", "list-resources", "--type-name", "AWS::S3::Bucket")["ResourceDescriptions"]}


def test_cognito(judged):
    pool = ("--user-pool-id", judged["Pool"])
    assert run("cognito-idp", "list-user-pools", "--max-results", "10")["UserPools"][0]["Name"] == "judged"
    assert run("cognito-idp", "describe-user-pool", *pool)["UserPool"]["MfaConfiguration"] == "OPTIONAL"
    assert run("cognito-idp", "get-user-pool-mfa-config", *pool)["SoftwareTokenMfaConfiguration"]["Enabled"]
    assert len(run("cognito-idp", "list-user-pool-clients", *pool)["UserPoolClients"]) == 2
    run("cognito-idp", "admin-create-user", *pool, "--username", "cli", "--message-action", "SUPPRESS", "--user-attributes", "Name=email,Value=cli@example.com")
    run("cognito-idp", "admin-update-user-attributes", *pool, "--username", "cli", "--user-attributes", "Name=name,Value=C L I")
    run("cognito-idp", "admin-delete-user-attributes", *pool, "--username", "cli", "--user-attribute-names", "name")
    run("cognito-idp", "admin-set-user-password", *pool, "--username", "cli", "--password", "Right-Password-1", "--permanent")
    tokens = run("cognito-idp", "initiate-auth", "--client-id", judged["Client"], "--auth-flow", "USER_PASSWORD_AUTH", "--auth-parameters", "USERNAME=cli,PASSWORD=Right-Password-1")["AuthenticationResult"]
    assert run("cognito-idp", "get-user", "--access-token", tokens["AccessToken"])["Username"] == "cli"
    assert run("cognito-idp", "list-users", *pool, "--filter", 'username = "cli"')["Users"][0]["UserStatus"] == "CONFIRMED"
    run("cognito-idp", "admin-add-user-to-group", *pool, "--username", "cli", "--group-name", "Judges")
    assert run("cognito-idp", "list-users-in-group", *pool, "--group-name", "Judges")["Users"][0]["Username"] == "cli"
    run("cognito-idp", "admin-user-global-sign-out", *pool, "--username", "cli")
    assert "NotAuthorizedException" in run("cognito-idp", "get-user", "--access-token", tokens["AccessToken"], want=254)
    run("cognito-idp", "admin-reset-user-password", *pool, "--username", "cli", want=254)  # the address is not verified
    run("cognito-idp", "admin-delete-user", *pool, "--username", "cli")
    assert "UserNotFoundException" in run("cognito-idp", "admin-get-user", *pool, "--username", "cli", want=254)


def test_identity_pools(judged):
    pool = ("--identity-pool-id", judged["Identities"])
    assert run("cognito-identity", "list-identity-pools", "--max-results", "5")["IdentityPools"]
    assert run("cognito-identity", "describe-identity-pool", *pool)["AllowUnauthenticatedIdentities"]
    assert run("cognito-identity", "get-identity-pool-roles", *pool)["Roles"]["authenticated"] == judged["Role"]
    assert run("cognito-identity", "get-principal-tag-attribute-map", *pool, "--identity-provider-name", judged["Provider"])["PrincipalTags"] == {"client": "aud"}
    one = run("cognito-identity", "get-id", *pool)["IdentityId"]
    assert one in [i["IdentityId"] for i in run("cognito-identity", "list-identities", *pool, "--max-results", "60")["Identities"]]
    assert run("cognito-identity", "delete-identities", "--identity-ids-to-delete", one)["UnprocessedIdentityIds"] == []


def test_watching(judged):
    assert run("cloudwatch", "describe-alarms", "--alarm-names", "judged")["MetricAlarms"][0]["StateValue"]
    run("cloudwatch", "set-alarm-state", "--alarm-name", "judged", "--state-value", "ALARM", "--state-reason", "judged")
    assert run("cloudwatch", "describe-alarm-history", "--alarm-name", "judged")["AlarmHistoryItems"]
    assert run("cloudwatch", "list-dashboards")["DashboardEntries"][0]["DashboardName"] == "judged"
    assert run("cloudwatch", "get-dashboard", "--dashboard-name", "judged")["DashboardBody"] == '{"widgets":[]}'
    run("cloudwatch", "list-metrics", "--namespace", "AWS/DynamoDB")
    run("cloudwatch", "get-metric-statistics", "--namespace", "AWS/DynamoDB", "--metric-name", "UserErrors", "--period", "60", "--statistics", "Sum", "--start-time", "2026-01-01T00:00:00Z", "--end-time", "2026-01-01T01:00:00Z")
    run("cloudwatch", "get-metric-data", "--start-time", "2026-01-01T00:00:00Z", "--end-time", "2026-01-01T01:00:00Z", "--metric-data-queries",
        '[{"Id": "a", "MetricStat": {"Metric": {"Namespace": "AWS/DynamoDB", "MetricName": "UserErrors"}, "Period": 60, "Stat": "Sum"}}]')
    assert run("logs", "describe-log-groups", "--log-group-name-prefix", "judged")["logGroups"][0]["retentionInDays"] == 7
    run("logs", "describe-log-streams", "--log-group-name", "judged")
    run("logs", "filter-log-events", "--log-group-name", "judged")
    run("logs", "describe-query-definitions")
    assert "ResourceNotFoundException" in run("logs", "get-log-events", "--log-group-name", "judged", "--log-stream-name", "none", want=254)


def test_topics(judged):
    topic = ("--topic-arn", judged["Topic"])
    assert judged["Topic"] in [t["TopicArn"] for t in run("sns", "list-topics")["Topics"]]
    assert run("sns", "get-topic-attributes", *topic)["Attributes"]["TopicArn"] == judged["Topic"]
    assert run("sns", "publish", *topic, "--message", "judged")["MessageId"]
    assert run("sns", "list-subscriptions")["Subscriptions"]
    assert run("sns", "list-subscriptions-by-topic", *topic)["Subscriptions"][0]["Endpoint"] == "judge@example.com"


def test_functions_and_rules():
    assert run("lambda", "list-functions")["Functions"][0]["FunctionName"] == "judged"
    assert run("lambda", "get-function", "--function-name", "judged")["Configuration"]["Runtime"] == "provided.al2023"
    assert run("lambda", "get-function-configuration", "--function-name", "judged")["State"] == "Active"
    run("lambda", "update-function-configuration", "--function-name", "judged", "--timeout", "4")
    run("lambda", "wait", "function-updated", "--function-name", "judged")
    assert "ResourceNotFoundException" in run("lambda", "get-function", "--function-name", "none", want=254)
    assert run("events", "describe-rule", "--name", "judged")["State"] == "DISABLED"
    assert [r["Name"] for r in run("events", "list-rules", "--name-prefix", "judged")["Rules"]] == ["judged"]
    assert run("events", "list-targets-by-rule", "--rule", "judged")["Targets"][0]["Id"] == "program"


def test_parameters():
    assert run("ssm", "get-parameter", "--name", "/cdk-bootstrap/hnb659fds/version")["Parameter"]["Type"] == "String"
    assert "ParameterNotFound" in run("ssm", "get-parameter", "--name", "/none", want=254)


def test_graphql_control(judged, tmp_path):
    run("appsync", "get-introspection-schema", "--api-id", judged["API"], "--format", "SDL", "schema", at=tmp_path)
    assert "type Thing" in (tmp_path / "schema").read_text()
    assert run("appsync", "get-schema-creation-status", "--api-id", judged["API"])["status"]
    run("appsync", "list-functions", "--api-id", judged["API"])
