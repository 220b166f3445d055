package deploytest

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
)

// Deployer is a role that may everything, and that whoever administers the account may be.
const Deployer = "arn:aws:iam::" + Account + ":role/cdk-hnb659fds-deploy-role-" + Account + "-" + Region

var sessionKey = regexp.MustCompile(`<(AccessKeyId|SecretAccessKey|SessionToken)>([^<]*)<`)

// AssumeRole is the session that STS, at a listener, gives somebody of a role: it may what the role may, of that what the policy says, unless it is empty.
func AssumeRole(t testing.TB, at string, who sdk.Credentials, role, policy string) sdk.Credentials {
	t.Helper()
	form := url.Values{"Action": {"AssumeRole"}, "Version": {"2011-06-15"}, "RoleArn": {role}, "RoleSessionName": {"test"}}
	if policy != "" {
		form.Set("Policy", policy)
	}
	status, body, _ := Client{
		T: t, URL: at, Host: "sts." + Region + ".amazonaws.com", Service: "sts", Key: who.AccessKeyID, Secret: who.SecretAccessKey, Token: who.SessionToken, Now: time.Now(),
	}.Post(map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, form.Encode())
	found := map[string]string{}
	for _, match := range sessionKey.FindAllStringSubmatch(body, -1) {
		found[match[1]] = match[2]
	}
	if status != http.StatusOK || len(found) != 3 {
		t.Fatalf("got %d %s, want a session", status, body)
	}
	return sdk.Credentials{AccessKeyID: found["AccessKeyId"], SecretAccessKey: found["SecretAccessKey"], SessionToken: found["SessionToken"]}
}
