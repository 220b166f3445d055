"""boto3 on what changes an API, a function and a second factor past CloudFormation, and on what a stack says of itself."""

import time

import boto3
import pytest
from test_boto3 import JUDGE, code  # noqa: F401


def test_api_keys(judged):
    api = boto3.client("appsync")
    keys = [k for page in api.get_paginator("list_api_keys").paginate(apiId=judged["Live"]) for k in page["apiKeys"]]
    assert [k["id"] for k in keys] == [judged["Key"]] and keys[0]["expires"] % 3600 == 0
    until = int(time.time()) + 30 * 86400
    changed = api.update_api_key(apiId=judged["Live"], id=judged["Key"], description="by boto3", expires=until)["apiKey"]
    assert changed["expires"] == until - until % 3600 and changed["description"] == "by boto3"
    assert code(lambda: api.update_api_key(apiId=judged["Live"], id=judged["Key"], expires=int(time.time()) + 60))[0] in ("ApiKeyValidityOutOfBoundsException", "BadRequestException")
    assert code(lambda: api.list_api_keys(apiId="none")) == ("NotFoundException", 404)


def test_resolvers_and_functions(judged):
    api = boto3.client("appsync")
    of, runtime = {"apiId": judged["Live"]}, {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
    function = [f for page in api.get_paginator("list_functions").paginate(**of) for f in page["functions"]][0]
    assert function["name"] == "step" and function["runtime"] == runtime
    given = {"functionId": function["functionId"], "name": "step", "dataSourceName": "none", "runtime": runtime}
    changed = api.update_function(**of, **given, code=function["code"] + "// by boto3\n")["functionConfiguration"]
    assert changed["code"].endswith("// by boto3\n") and changed["functionArn"] == function["functionArn"]
    assert code(lambda: api.update_function(**of, **given, code="export function request( {"))[0] == "BadRequestException"
    field = {"typeName": "Query", "fieldName": "plain", "kind": "UNIT", "dataSourceName": "none", "runtime": runtime}
    answer = "export function request(ctx) { return { payload: { id: ctx.args.id } }; }\nexport function response(ctx) { return ctx.result; }\n"
    assert api.update_resolver(**of, **field, code=answer)["resolver"]["resolverArn"].endswith("/types/Query/resolvers/plain")
    assert code(lambda: api.update_resolver(**of, **{**field, "fieldName": "none"}, code=answer))[0] in ("NotFoundException", "BadRequestException")


def test_schema(judged):
    api = boto3.client("appsync")
    of = {"apiId": judged["Live"]}
    before = api.get_introspection_schema(**of, format="SDL", includeDirectives=True)["schema"].read()

    def settled():
        for _ in range(60):
            status = api.get_schema_creation_status(**of)
            if status["status"] not in ("PROCESSING", "ACTIVE"):
                return status
            time.sleep(0.1)
        raise TimeoutError(status)

    assert api.start_schema_creation(**of, definition=b"type Query {")["status"] == "PROCESSING"
    failed = settled()
    assert failed["status"] == "FAILED" and failed["details"]
    assert api.start_schema_creation(**of, definition=before)["status"] == "PROCESSING"
    assert settled()["status"] == "SUCCESS"
    assert api.get_introspection_schema(**of, format="SDL", includeDirectives=True)["schema"].read() == before


def test_code_of_a_function(judged):
    functions, s3 = boto3.client("lambda"), boto3.client("s3")
    before = functions.get_function_configuration(FunctionName="judged")
    bucket = [b["Name"] for b in s3.list_buckets()["Buckets"] if b["Name"].startswith("cdk-hnb659fds-assets-")][0]
    changed = functions.update_function_code(FunctionName="judged", S3Bucket=bucket, S3Key="program.zip")
    assert changed["CodeSha256"] == before["CodeSha256"] and changed["Architectures"] == before["Architectures"]
    functions.get_waiter("function_updated_v2").wait(FunctionName="judged", WaiterConfig={"Delay": 1})
    assert code(lambda: functions.update_function_code(FunctionName="none", S3Bucket=bucket, S3Key="program.zip")) == ("ResourceNotFoundException", 404)


def test_second_factor_by_an_administrator(judged):
    idp = boto3.client("cognito-idp")
    of = {"UserPoolId": judged["Pool"], "Username": "factor"}
    idp.admin_create_user(**of, MessageAction="SUPPRESS")
    with pytest.raises(idp.exceptions.InvalidParameterException):
        idp.admin_set_user_mfa_preference(**of, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})  # without an app
    idp.admin_set_user_mfa_preference(**of, SoftwareTokenMfaSettings={"Enabled": False})
    assert "PreferredMfaSetting" not in idp.admin_get_user(**of)
    idp.admin_delete_user(**of)
    with pytest.raises(idp.exceptions.UserNotFoundException):
        idp.admin_set_user_mfa_preference(**of, SoftwareTokenMfaSettings={"Enabled": False})


def test_events_of_a_stack():
    cfn = boto3.client("cloudformation")
    events = [e for page in cfn.get_paginator("describe_events").paginate(StackName="judged") for e in page["OperationEvents"]]
    told = [e for page in cfn.get_paginator("describe_stack_events").paginate(StackName="judged") for e in page["StackEvents"]]
    assert [e["EventId"] for e in events if e["EventType"] == "STACK_EVENT"] == [e["EventId"] for e in told]
    assert code(lambda: cfn.describe_events(StackName="none")) == ("ValidationError", 400)


def test_events_of_a_stack_that_a_change_set_is_to_make():
    cfn = boto3.client("cloudformation")
    template = '{"Resources": {"Log": {"Type": "AWS::Logs::LogGroup"}}}'
    cfn.create_change_set(StackName="reviewed", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=template)
    cfn.get_waiter("change_set_create_complete").wait(StackName="reviewed", ChangeSetName="first", WaiterConfig={"Delay": 1})
    assert [e["ResourceStatus"] for e in cfn.describe_stack_events(StackName="reviewed")["StackEvents"]] == ["REVIEW_IN_PROGRESS"]
    assert [e["ResourceStatus"] for e in cfn.describe_events(StackName="reviewed")["OperationEvents"]] == ["REVIEW_IN_PROGRESS"]
    cfn.delete_stack(StackName="reviewed")
    cfn.get_waiter("stack_delete_complete").wait(StackName="reviewed", WaiterConfig={"Delay": 1})


def test_nothing_has_drifted():
    cfn = boto3.client("cloudformation")
    assert cfn.describe_stack_resource_drifts(StackName="judged")["StackResourceDrifts"] == []  # nobody has looked
    assert code(lambda: cfn.describe_stack_resource_drifts(StackName="none")) == ("ValidationError", 400)


def test_no_hooks():
    assert boto3.client("cloudformation").list_hook_results()["HookResults"] == []
