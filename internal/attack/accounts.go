package attack

import "strings"

const accountPages = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_"

// accounts are operations of one's own account, used on another's or for what they are not for.
func accounts(*World) []attack {
	by := func(operation string, input func(w *World) map[string]any) func(*World) *request {
		return func(w *World) *request { return w.operation(keys{}, "cognito-idp", operation, input(w)) }
	}
	attribute := func(name, value string) []map[string]string {
		return []map[string]string{{"Name": name, "Value": value}}
	}
	const unfit, refused = "400 InvalidParameterException", "400 NotAuthorizedException"
	signsUp := by("SignUp", func(w *World) map[string]any {
		return map[string]any{"ClientId": w.client, "Username": "new-" + random(4), "Password": password, "UserAttributes": attribute("email", "new-"+random(4)+"@example.com")}
	})
	list := against(signsUp, "nothing", accountPages+"SignUp.html", changing([]table{
		{"sign-up-with-a-name-taken", "400 UsernameExistsException", map[string]any{"Username": "ALICE"}},
		{"sign-up-with-a-name-taken-in-capitals", "400 UsernameExistsException", map[string]any{"Username": "ALICE-IN-CAPITALS"}},
		{"sign-up-as-an-admin", unfit + " or " + refused, map[string]any{"UserAttributes": attribute("custom:role", "Admins")}},
		{"sign-up-as-a-member", unfit + " or " + refused, map[string]any{"UserAttributes": attribute("cognito:groups", "Admins")}},
		{"sign-up-as-proven", refused + " or " + unfit, map[string]any{"UserAttributes": []map[string]string{{"Name": "email", "Value": "x@example.com"}, {"Name": "email_verified", "Value": "true"}}}},
		{"sign-up-as-another-sub", unfit + " or " + refused, map[string]any{"UserAttributes": attribute("sub", "SUB")}},
		{"sign-up-with-a-phone", refused + " or " + unfit, map[string]any{"UserAttributes": []map[string]string{{"Name": "email", "Value": "x@example.com"}, {"Name": "phone_number", "Value": "+15555550100"}}}},
		{"sign-up-with-a-short-password", "400 InvalidPasswordException", map[string]any{"Password": "Aa1!aaaaaaa"}},
		{"sign-up-with-no-symbol", "400 InvalidPasswordException", map[string]any{"Password": "Aa1aaaaaaaaaaa"}},
		{"sign-up-with-no-number", "400 InvalidPasswordException", map[string]any{"Password": "Aa!aaaaaaaaaaa"}},
		{"sign-up-with-no-capital", "400 InvalidPasswordException", map[string]any{"Password": "aa1!aaaaaaaaaa"}},
		{"sign-up-with-a-name-of-spaces", unfit, map[string]any{"Username": "a b"}},
		{"sign-up-with-a-name-of-a-zero-byte", unfit, map[string]any{"Username": "a\x00b"}},
		{"sign-up-with-a-name-too-long", unfit, map[string]any{"Username": strings.Repeat("a", 129)}},
		{"sign-up-with-an-address-as-a-name", unfit, map[string]any{"Username": "a@example.com"}},
		{"sign-up-with-a-wrong-address", unfit, map[string]any{"UserAttributes": attribute("email", "x")}},
		{"sign-up-with-two-lines-of-an-address", unfit, map[string]any{"UserAttributes": attribute("email", "x@example.com\r\nBcc: y@example.com")}},
		{"sign-up-with-a-secret-hash", "400 NotAuthorizedException or " + unfit, map[string]any{"SecretHash": "eA=="}},
		{"sign-up-at-another-client", "400 ResourceNotFoundException", map[string]any{"ClientId": "aaaaaaaaaaaaaaaaaaaaaaaaaa"}},
	}))
	asks := by("GetUser", func(w *World) map[string]any { return map[string]any{"AccessToken": w.bob.access} })
	do := func(operation string, input func(w *World) map[string]any) change {
		return func(w *World, r *request) {
			r.set("X-Amz-Target", targets["cognito-idp"]+operation)
			r.carry(text(input(w)))
		}
	}
	list = append(list, against(asks, "user", accountPages+"UpdateUserAttributes.html", []row{
		{id: "prove-ones-own-address", want: refused + " or " + unfit, change: do("UpdateUserAttributes", func(w *World) map[string]any {
			return map[string]any{"AccessToken": w.bob.access, "UserAttributes": attribute("email_verified", "true")}
		})},
		{id: "join-by-an-attribute", want: refused + " or " + unfit, change: do("UpdateUserAttributes", func(w *World) map[string]any {
			return map[string]any{"AccessToken": w.bob.access, "UserAttributes": attribute("custom:groups", "Admins")}
		})},
		{id: "another-sub", want: refused + " or " + unfit, change: do("UpdateUserAttributes", func(w *World) map[string]any {
			return map[string]any{"AccessToken": w.bob.access, "UserAttributes": attribute("sub", w.alice.sub)}
		})},
		{id: "another-name", want: refused + " or " + unfit, change: do("UpdateUserAttributes", func(w *World) map[string]any {
			return map[string]any{"AccessToken": w.bob.access, "UserAttributes": attribute("preferred_username", w.alice.name)}
		})},
		{id: "password-without-the-old-one", want: refused + " or " + unfit, page: accountPages + "ChangePassword.html", change: do("ChangePassword", func(w *World) map[string]any {
			return map[string]any{"AccessToken": w.bob.access, "PreviousPassword": "Wrong-Horse-1", "ProposedPassword": password + "!"}
		})},
		{id: "delete-by-an-id-token", want: refused, page: accountPages + "DeleteUser.html", change: do("DeleteUser", func(w *World) map[string]any { return map[string]any{"AccessToken": w.bob.id} })},
		{id: "delete-unsigned", want: "400 MissingAuthenticationTokenException", page: accountPages + "AdminDeleteUser.html", change: do("AdminDeleteUser", func(w *World) map[string]any {
			return map[string]any{"UserPoolId": w.pool, "Username": w.alice.name, "AccessToken": w.bob.access}
		})},
		{id: "sign-out-unsigned", want: "400 MissingAuthenticationTokenException", page: accountPages + "AdminUserGlobalSignOut.html", change: do("AdminUserGlobalSignOut", func(w *World) map[string]any {
			return map[string]any{"UserPoolId": w.pool, "Username": w.alice.name}
		})},
		{id: "confirm-unsigned", want: "400 MissingAuthenticationTokenException", page: accountPages + "AdminConfirmSignUp.html", change: do("AdminConfirmSignUp", func(w *World) map[string]any {
			return map[string]any{"UserPoolId": w.pool, "Username": w.alice.name}
		})},
		{id: "group-unsigned", want: "400 MissingAuthenticationTokenException", page: accountPages + "AdminAddUserToGroup.html", change: do("AdminAddUserToGroup", func(w *World) map[string]any {
			return map[string]any{"UserPoolId": w.pool, "Username": w.bob.name, "GroupName": "Admins"}
		})},
		{id: "confirm-with-a-code-made-up", want: "400 NotAuthorizedException", page: accountPages + "ConfirmSignUp.html", change: do("ConfirmSignUp", func(w *World) map[string]any {
			return map[string]any{"ClientId": w.client, "Username": w.alice.name, "ConfirmationCode": "000000"}
		})},
		{id: "reset-with-a-code-made-up", want: "400 CodeMismatchException or 400 ExpiredCodeException", page: accountPages + "ConfirmForgotPassword.html", change: do("ConfirmForgotPassword", func(w *World) map[string]any {
			return map[string]any{"ClientId": w.client, "Username": w.alice.name, "ConfirmationCode": "000000", "Password": password + "!"}
		})},
		{id: "verify-with-a-code-made-up", want: "400 CodeMismatchException or 400 ExpiredCodeException", page: accountPages + "VerifyUserAttribute.html", change: do("VerifyUserAttribute", func(w *World) map[string]any {
			return map[string]any{"AccessToken": w.bob.access, "AttributeName": "email", "Code": "000000"}
		})},
		{id: "second-factor-with-a-code-made-up", want: "400 InvalidParameterException", page: accountPages + "VerifySoftwareToken.html", change: do("VerifySoftwareToken", func(w *World) map[string]any {
			return map[string]any{"AccessToken": w.bob.access, "UserCode": "000000"}
		})},
		{id: "revoke-at-another-client", want: "400 UnauthorizedException", page: accountPages + "RevokeToken.html", change: do("RevokeToken", func(w *World) map[string]any {
			return map[string]any{"ClientId": w.otherClient, "Token": w.alice.refresh}
		})},
		{id: "refresh-at-another-client", want: "400 NotAuthorizedException", page: accountPages + "GetTokensFromRefreshToken.html", change: do("GetTokensFromRefreshToken", func(w *World) map[string]any {
			return map[string]any{"ClientId": w.otherClient, "RefreshToken": w.alice.refresh}
		})},
		{id: "refresh-by-an-access-token", want: "400 NotAuthorizedException", page: accountPages + "GetTokensFromRefreshToken.html", change: do("GetTokensFromRefreshToken", func(w *World) map[string]any {
			return map[string]any{"ClientId": w.client, "RefreshToken": w.alice.access}
		})},
		{id: "operation-unknown", want: "400 UnknownOperationException", change: do("BecomeAdmin", func(w *World) map[string]any { return map[string]any{"AccessToken": w.bob.access} })},
		{id: "member-of-another-kind", want: "400 SerializationException", change: do("GetUser", func(*World) map[string]any { return map[string]any{"AccessToken": map[string]any{"$ne": ""}} })},
		{id: "member-in-another-case", want: "400 InvalidParameterException", change: func(w *World, r *request) { r.carry(text(map[string]any{"accesstoken": w.bob.access})) }},
		{id: "body-of-no-form", want: "400 SerializationException", change: func(_ *World, r *request) { r.carry(`{"AccessToken":`) }},
		{id: "body-a-list", want: "400 SerializationException", change: func(_ *World, r *request) { r.carry(`[]`) }},
		{id: "target-of-another-service", want: "400 UnknownOperationException", change: func(_ *World, r *request) { r.set("X-Amz-Target", targets["dynamodb"]+"ListTables") }},
	})...)
	return list
}

// A table changes the members of a request's body.
type table struct {
	id, want string
	members  map[string]any
}

// changing puts other members into a request's body. ALICE and SUB are what alice has.
func changing(tables []table) []row {
	rows := make([]row, len(tables))
	for i, one := range tables {
		rows[i] = row{id: one.id, want: one.want, change: func(w *World, r *request) {
			input := map[string]any{}
			decode(r.body, &input)
			for name, value := range one.members {
				input[name] = value
			}
			r.carry(strings.NewReplacer("ALICE-IN-CAPITALS", strings.ToUpper(w.alice.name), "ALICE", w.alice.name, "SUB", w.alice.sub).Replace(text(input)))
		}}
	}
	return rows
}
