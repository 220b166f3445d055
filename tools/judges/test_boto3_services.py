"""boto3 on the services beside S3 and DynamoDB's items, a few cases each."""

import datetime
import json
import time

import boto3
import pytest
from test_boto3 import JUDGE, code, db  # noqa: F401, the last is a fixture


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
