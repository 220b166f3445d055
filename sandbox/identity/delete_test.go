package identity_test

import (
	"fmt"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/roles"
)

// asDeveloper signs as the account's root does.
func (r *rig) asDeveloper() deploytest.Client {
	c := r.anon
	c.Key, c.Secret = root.ID, root.Secret
	return c
}

// with signs with a session.
func (r *rig) with(session roles.Session) deploytest.Client {
	c := r.anon
	c.Key, c.Secret, c.Token = session.AccessKeyID, session.SecretAccessKey, session.SessionToken
	return c
}

func TestDeleteIdentities_makesWhoSignsInAgainAnother(t *testing.T) {
	r := newRig(t)
	r.SignUp("ann")
	r.SignUp("ben")
	ann, ben := r.SignIn("ann").IDToken, r.SignIn("ben").IDToken
	before, control, guest := r.id(ann), r.id(ben), r.id("")
	developer := r.asDeveloper()
	remove := func(ids ...string) object {
		t.Helper()
		output, code := developer.Call("AWSCognitoIdentityService.DeleteIdentities", object{"IdentityIdsToDelete": ids})
		if code != "" || fmt.Sprint(output["UnprocessedIdentityIds"]) != "[]" {
			t.Errorf("%v: got %q %v, want none unprocessed", ids, code, output)
		}
		return output
	}
	remove(before, guest)
	remove(before) // it is gone
	for _, id := range []string{before, guest} {
		if _, code := developer.Call("AWSCognitoIdentityService.DescribeIdentity", object{"IdentityId": id}); code != "ResourceNotFoundException" {
			t.Errorf("%s: got %q, want it gone", id, code)
		}
	}
	if _, code := r.call("GetCredentialsForIdentity", object{"IdentityId": before, "Logins": r.logins(ann)}); code != "ResourceNotFoundException" {
		t.Errorf("keys of what is gone: got %q", code)
	}
	if after := r.id(ann); after == before {
		t.Error("got the identity that was deleted")
	}
	if got := r.id(ben); got != control {
		t.Errorf("control: got %s, want another's as it was, %s", got, control)
	}
}

func TestDeleteIdentities_isForWhomIAMAllows(t *testing.T) {
	r := newRig(t)
	r.SignUp("ann")
	token := r.SignIn("ann").IDToken
	in := object{"IdentityIdsToDelete": []string{r.id(token)}}
	for name, client := range map[string]deploytest.Client{
		"a guest": r.with(deploytest.Session(t, r.roles, r.roleOf("IdentityPoolUnauthenticatedRole"), r.pool, "unauthenticated")),
		"a user":  r.with(deploytest.Session(t, r.roles, r.roleOf("IdentityPoolAuthenticatedRole"), r.pool, "authenticated", r.provider())),
	} {
		if output, code := client.Call("AWSCognitoIdentityService.DeleteIdentities", in); code != "AccessDeniedException" {
			t.Errorf("%s: got %q %v, want AccessDeniedException", name, code, output)
		}
	}
	if output, code := r.asDeveloper().Call("AWSCognitoIdentityService.DeleteIdentities", in); code != "" {
		t.Errorf("control: got %q %v", code, output)
	}
	for what, ids := range map[string][]string{"none": {}, "no id": {"x"}, "61": make([]string, 61)} {
		if _, code := r.asDeveloper().Call("AWSCognitoIdentityService.DeleteIdentities", object{"IdentityIdsToDelete": ids}); code != "ValidationException" {
			t.Errorf("%s: got %q, want ValidationException", what, code)
		}
	}
}
