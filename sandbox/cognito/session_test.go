package cognito

import (
	"testing"
	"time"
)

func TestGetTokens_rotatesTheRefreshToken(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	first := w.enter("ann", password)
	refresh := func(token string) session {
		t.Helper()
		return sessionOf(w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": token})))
	}
	w.clock.advance(time.Minute)
	second := refresh(first.refresh)
	if second.refresh == "" || second.refresh == first.refresh {
		t.Fatalf("got %q, want another refresh token", second.refresh)
	}
	_, before, _, _ := decoded(t, first.access)
	_, after, _, _ := decoded(t, second.access)
	if before["origin_jti"] != after["origin_jti"] || before["auth_time"] != after["auth_time"] || before["iat"] == after["iat"] {
		t.Errorf("got %v after %v, want another token of the same sign-in", after, before)
	}
	w.do("GetUser", in{"AccessToken": second.access})

	// Within 30 seconds the first is good still: a request that crosses another does not sign the user out.
	w.clock.advance(29 * time.Second)
	third := refresh(first.refresh)
	w.clock.advance(time.Second)
	w.refused("GetTokensFromRefreshToken", w.public(in{"RefreshToken": first.refresh}), "RefreshTokenReuseException", "")
	refresh(second.refresh)
	refresh(third.refresh)
}

func TestGetTokens_withoutGraceRefusesTheSecondUse(t *testing.T) {
	w := newWorld(t, func(_, client map[string]any) { client["RefreshTokenRotation"] = map[string]any{"Feature": "ENABLED"} })
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	next := sessionOf(w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh})))
	w.refused("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh}), "RefreshTokenReuseException", "")
	w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": next.refresh}))
}

func TestGetTokens_keepsTheTokenWhereTheClientDoesNotRotate(t *testing.T) {
	w := newWorld(t, func(_, client map[string]any) {
		delete(client, "RefreshTokenRotation")
		client["ExplicitAuthFlows"] = []any{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
	})
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	for range 2 {
		if next := sessionOf(w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh}))); next.refresh != "" || next.access == "" {
			t.Errorf("got %+v, want no refresh token", next)
		}
	}
	byFlow := sessionOf(w.do("InitiateAuth", w.public(in{"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": in{"REFRESH_TOKEN": s.refresh}})))
	if byFlow.access == "" || byFlow.refresh != "" {
		t.Errorf("got %+v, want no refresh token", byFlow)
	}
}

func TestGetTokens_refusesTokensOfOthers(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	second := w.create("AWS::Cognito::UserPoolClient", "Second", map[string]any{"UserPoolId": w.pool})
	w.refused("GetTokensFromRefreshToken", in{"ClientId": second, "RefreshToken": s.refresh}, "NotAuthorizedException", "Invalid Refresh Token")
	w.refused("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh + "A"}), "NotAuthorizedException", "Invalid Refresh Token")
	w.refused("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.access}), "NotAuthorizedException", "Invalid Refresh Token")
	w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh}))
}

func TestGetTokens_tellOfGroupsAsTheyAreNow(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	w.do("AdminAddUserToGroup", w.admin(in{"Username": "ann", "GroupName": "Admins"}))
	next := sessionOf(w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh})))
	if _, claims, _, _ := decoded(t, next.access); claims["cognito:groups"] == nil {
		t.Error("the group is not in the new token")
	}
	w.do("AdminRemoveUserFromGroup", w.admin(in{"Username": "ann", "GroupName": "Admins"}))
	next = sessionOf(w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": next.refresh})))
	if _, claims, _, _ := decoded(t, next.access); claims["cognito:groups"] != nil {
		t.Error("the group that the user left is in the new token")
	}
}

// M64.
func TestGlobalSignOut_endsAllSignIns(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.person("bob", "bob@example.com")
	first, second, bob := w.enter("ann", password), w.enter("ann", password), w.enter("bob", password)
	w.do("GlobalSignOut", in{"AccessToken": first.access})
	for _, s := range []session{first, second} {
		w.refused("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh}), "NotAuthorizedException", "Refresh Token has been revoked")
		w.refused("GetUser", in{"AccessToken": s.access}, "NotAuthorizedException", "Access Token has been revoked")
	}
	w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": bob.refresh}))
	w.enter("ann", password)
}

func TestRevokeToken_takesRefreshTokensOfItsClient(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	second := w.create("AWS::Cognito::UserPoolClient", "Second", map[string]any{"UserPoolId": w.pool})
	w.refused("RevokeToken", in{"ClientId": second, "Token": s.refresh}, "UnauthorizedException", "")
	w.refused("RevokeToken", w.public(in{"Token": s.access}), "UnsupportedTokenTypeException", "")
	w.do("RevokeToken", w.public(in{"Token": "unknown"}))
	w.do("GetUser", in{"AccessToken": s.access})
	for range 2 {
		w.do("RevokeToken", w.public(in{"Token": s.refresh}))
	}
	w.refused("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh}), "NotAuthorizedException", "Refresh Token has been revoked")

	w = newWorld(t, func(_, client map[string]any) { client["EnableTokenRevocation"] = false })
	w.person("ann", "ann@example.com")
	w.refused("RevokeToken", w.public(in{"Token": w.enter("ann", password).refresh}), "UnsupportedOperationException", "")
}
