"""pycognito: a client of user pools with an SRP and a check of tokens of its own; the rest of what it has no words for by boto3."""

import base64
import hashlib
import hmac
import struct
import time

import boto3
import pytest
from pycognito import Cognito
from pycognito.exceptions import ForceChangePasswordException, SoftwareTokenMFAChallengeException

JUDGE = ["pycognito", "botocore"]

PASSWORD = "Right-Password-1"


@pytest.fixture(scope="module")
def idp():
    return boto3.client("cognito-idp")


@pytest.fixture(scope="module", autouse=True)
def keys(judged):
    """pycognito fetches the keys of tokens from AWS's host, whatever the endpoint: here from the sandbox's."""
    import requests
    get = requests.get
    requests.get = lambda url, **more: get(url.replace("https://cognito-idp.us-east-1.amazonaws.com", judged["Endpoint"]), **more)
    yield
    requests.get = get


@pytest.fixture
def person(judged, idp, request):
    name = "p" + hashlib.sha1(request.node.name.encode()).hexdigest()[:12]
    idp.admin_create_user(UserPoolId=judged["Pool"], Username=name, MessageAction="SUPPRESS",
                          UserAttributes=[{"Name": "email", "Value": name + "@example.com"}, {"Name": "email_verified", "Value": "true"}])
    idp.admin_set_user_password(UserPoolId=judged["Pool"], Username=name, Password=PASSWORD, Permanent=True)
    yield name
    try:
        idp.admin_delete_user(UserPoolId=judged["Pool"], Username=name)
    except idp.exceptions.UserNotFoundException:
        pass


def client(judged, name=None, which="Client", **more):
    return Cognito(judged["Pool"], judged[which], user_pool_region="us-east-1", username=name, **more)


def secret_of(judged, idp):
    return idp.describe_user_pool_client(UserPoolId=judged["Pool"], ClientId=judged["Server"])["UserPoolClient"]["ClientSecret"]


@pytest.mark.parametrize("n", range(10))
def test_sign_in_by_srp(judged, person, n):
    u = client(judged, person)
    u.authenticate(password=PASSWORD)
    assert u.id_claims["cognito:username"] == person and u.access_claims["token_use"] == "access" and u.token_type == "Bearer"
    assert not u.check_token()


def test_sign_in_by_password(judged, person):
    u = client(judged, person)
    u.admin_authenticate(password=PASSWORD)
    assert u.access_token


def test_sign_in_by_email(judged, person):
    u = client(judged, person + "@example.com")
    u.authenticate(password=PASSWORD)
    assert u.id_claims["email"] == person + "@example.com"


def test_sign_in_with_a_client_secret(judged, idp, person):
    u = client(judged, person, "Server", client_secret=secret_of(judged, idp))
    u.authenticate(password=PASSWORD)
    u.renew_access_token()
    wrong = client(judged, person, "Server", client_secret="wrong")
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        wrong.authenticate(password=PASSWORD)


def test_wrong_password(judged, idp, person):
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        client(judged, person).authenticate(password=PASSWORD + "x")


def test_renewal_and_logout(judged, idp, person):
    u = client(judged, person)
    u.authenticate(password=PASSWORD)
    before = u.access_token
    u.renew_access_token()
    assert u.access_token != before
    u.verify_tokens()
    u.logout()
    again = client(judged, person, access_token=before)
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        again.get_user()


def test_revocation(judged, idp, person):
    u = client(judged, person)
    u.authenticate(password=PASSWORD)
    idp.revoke_token(Token=u.refresh_token, ClientId=judged["Client"])
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        u.renew_access_token()


def test_change_of_password(judged, person):
    u = client(judged, person)
    u.authenticate(password=PASSWORD)
    u.change_password(PASSWORD, "Other-Password-2")
    client(judged, person).authenticate(password="Other-Password-2")


def test_new_password_is_asked_for(judged, idp, person):
    idp.admin_set_user_password(UserPoolId=judged["Pool"], Username=person, Password=PASSWORD, Permanent=False)
    with pytest.raises(ForceChangePasswordException):
        client(judged, person).authenticate(password=PASSWORD)
    u = client(judged, person)
    u.new_password_challenge(PASSWORD, "Other-Password-2")
    assert u.access_token


def test_sign_up(judged, idp):
    u = client(judged, "newcomer")
    u.set_base_attributes(email="newcomer@example.com")
    assert u.register("newcomer", PASSWORD)["UserConfirmed"] is False
    with pytest.raises(idp.exceptions.UserNotConfirmedException):
        u.authenticate(password=PASSWORD)
    with pytest.raises(idp.exceptions.CodeMismatchException):
        u.confirm_sign_up("000000", "newcomer")
    with pytest.raises(idp.exceptions.UsernameExistsException):
        u.register("newcomer", PASSWORD)
    u.resend_confirmation_code("newcomer")
    u.admin_confirm_sign_up("newcomer")
    u.authenticate(password=PASSWORD)
    u.delete_user()
    with pytest.raises(idp.exceptions.UserNotFoundException):
        u.admin_get_user()


@pytest.mark.parametrize("password", ["Short1!", "no-upper-case-1", "NO-LOWER-CASE-1", "No-Number-Here", "NoSymbolHere1"])
def test_password_policy(judged, idp, password):
    u = client(judged)
    u.set_base_attributes(email="weak@example.com")
    with pytest.raises(idp.exceptions.InvalidPasswordException):
        u.register("weak", password)


def test_forgotten_password(judged, idp, person):
    u = client(judged, person)
    u.initiate_forgot_password()
    with pytest.raises(idp.exceptions.CodeMismatchException):
        u.confirm_forgot_password("000000", "Other-Password-2")


def test_attributes(judged, person):
    u = client(judged, person)
    u.authenticate(password=PASSWORD)
    u.update_profile({"given_name": "Ada", "locale": "en"}, attr_map={})
    assert u.get_user().given_name == "Ada"
    assert u.admin_get_user().given_name == "Ada"
    u.admin_update_profile({"family_name": "L"}, attr_map={})
    u.send_verification("email")


def test_groups(judged, person):
    u = client(judged, person)
    u.admin_add_user_to_group(person, "Judges")
    assert u.admin_list_groups_for_user(person) == ["Judges"]
    assert u.get_group("Judges").group_name == "Judges" and len(u.get_groups()) == 1
    u.authenticate(password=PASSWORD)
    assert u.id_claims["cognito:groups"] == ["Judges"]
    u.admin_remove_user_from_group(person, "Judges")
    assert u.admin_list_groups_for_user(person) == []


def test_lists(judged, person):
    assert person in [p.username for p in client(judged).get_users()]


def test_disabled(judged, idp, person):
    u = client(judged, person)
    u.admin_disable_user(person)
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        client(judged, person).authenticate(password=PASSWORD)
    u.admin_enable_user(person)
    client(judged, person).authenticate(password=PASSWORD)


def test_second_factor(judged, idp, person):
    def code(secret, step=0):
        digest = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), struct.pack(">Q", int(time.time()) // 30 + step), hashlib.sha1).digest()
        return "%06d" % ((struct.unpack(">I", digest[digest[-1] & 15:][:4])[0] & 0x7FFFFFFF) % 10**6)
    u = client(judged, person)
    u.authenticate(password=PASSWORD)
    secret = u.associate_software_token()
    assert u.verify_software_token(code(secret), "phone")
    u.set_user_mfa_preference(False, True, "SOFTWARE_TOKEN")
    again = client(judged, person)
    with pytest.raises(SoftwareTokenMFAChallengeException) as caught:
        again.authenticate(password=PASSWORD)
    again.respond_to_software_token_mfa_challenge(code(secret, 1), caught.value.get_tokens())
    assert again.access_token
    idp.admin_delete_software_token(UserPoolId=judged["Pool"], Username=person)  # a lost phone
    client(judged, person).authenticate(password=PASSWORD)


def test_identity_pool(judged, person):
    u = client(judged, person)
    u.authenticate(password=PASSWORD)
    pools = boto3.client("cognito-identity")
    logins = {judged["Provider"]: u.id_token}
    one = pools.get_id(IdentityPoolId=judged["Identities"], Logins=logins)["IdentityId"]
    keys = pools.get_credentials_for_identity(IdentityId=one, Logins=logins)["Credentials"]
    who = boto3.client("sts", aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretKey"], aws_session_token=keys["SessionToken"]).get_caller_identity()
    assert ":assumed-role/judged/" in who["Arn"]
    assert pools.get_id(IdentityPoolId=judged["Identities"])["IdentityId"] != one
    assert pools.describe_identity(IdentityId=one)["Logins"] == [judged["Provider"]]
    with pytest.raises(pools.exceptions.InvalidParameterException, match="classic"):
        pools.get_open_id_token(IdentityId=one, Logins=logins)  # the way of old, which the pool does not allow
