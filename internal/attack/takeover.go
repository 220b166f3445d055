package attack

import "context"

const aliasGuide = "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html"

// proveAddress proves alice's address, by which she may sign in from then on.
func (w *World) proveAddress(ctx context.Context) error {
	return w.must(ctx, w.operation(w.root, "cognito-idp", "AdminUpdateUserAttributes", map[string]any{"UserPoolId": w.pool, "Username": w.alice.name,
		"UserAttributes": []map[string]string{{"Name": "email", "Value": w.address()}, {"Name": "email_verified", "Value": "true"}}}), nil)
}

func (w *World) address() string { return w.alice.name + "@example.com" }

// takeovers are attempts to have alice's address count as somebody else's. Whoever reads her mail is not the attacker: here they even know
// the codes.
func takeovers(*World) []attack {
	control := func(ctx context.Context, w *World) (answer, error) {
		return w.signIn(ctx, signInOf{name: w.address(), client: w.client, pool: w.pool})
	}
	// with signs somebody up with an address, and confirms them with the code that was mailed.
	with := func(address func(w *World) string, input map[string]any) probe {
		return func(ctx context.Context, w *World) (answer, error) {
			name := "taker-" + random(4)
			if err := w.must(ctx, w.idp("SignUp", map[string]any{"ClientId": w.client, "Username": name, "Password": password,
				"UserAttributes": []map[string]string{{"Name": "email", "Value": address(w)}}}), nil); err != nil {
				return answer{status: 400, code: "refused to sign up"}, nil //nolint:nilerr // that is an answer, too
			}
			code, err := w.mailed(ctx, name)
			if err != nil {
				return answer{}, err
			}
			members := map[string]any{"ClientId": w.client, "Username": name, "ConfirmationCode": code}
			for member, value := range input {
				members[member] = value
			}
			return w.send(ctx, w.idp("ConfirmSignUp", members))
		}
	}
	// turns changes bob's address to another, and proves it with the code that was mailed.
	turns := func(ctx context.Context, w *World) (answer, error) {
		change := w.idp("UpdateUserAttributes", map[string]any{"AccessToken": w.bob.access, "UserAttributes": []map[string]string{{"Name": "email", "Value": w.address()}}})
		if a, err := w.send(ctx, change); err != nil || !a.allowed() {
			return a, err
		}
		code, err := w.mailed(ctx, w.bob.name)
		if err != nil {
			return answer{}, err
		}
		return w.send(ctx, w.idp("VerifyUserAttribute", map[string]any{"AccessToken": w.bob.access, "AttributeName": "email", "Code": code}))
	}
	hers := func(w *World) string { return w.address() }
	const exists = "400 AliasExistsException"
	rows := []struct {
		id, want string
		try      probe
	}{
		{"confirm-with-hers", exists, with(hers, nil)},
		{"confirm-with-hers-in-capitals", exists, with(func(w *World) string { return "ALICE" + w.address()[len("alice"):] }, nil)},
		{"change-to-hers", exists, turns},
		// What was not proven must not count: signing in by it reaches her, with her password, or nobody.
		{"sign-in-by-hers-with-ones-own-password", "400 NotAuthorizedException", func(ctx context.Context, w *World) (answer, error) {
			name := "taker-" + random(4)
			if err := w.must(ctx, w.idp("SignUp", map[string]any{"ClientId": w.client, "Username": name, "Password": "Another-Horse-2",
				"UserAttributes": []map[string]string{{"Name": "email", "Value": w.address()}}}), nil); err != nil {
				return answer{}, err
			}
			if err := w.must(ctx, w.operation(w.root, "cognito-idp", "AdminConfirmSignUp", map[string]any{"UserPoolId": w.pool, "Username": name}), nil); err != nil {
				return answer{}, err
			}
			return w.signIn(ctx, signInOf{name: w.address(), client: w.client, pool: w.pool, password: "Another-Horse-2"})
		}},
		{"name-that-is-her-sub", "400 NotAuthorizedException", func(ctx context.Context, w *World) (answer, error) {
			if err := w.must(ctx, w.idp("SignUp", map[string]any{"ClientId": w.client, "Username": w.alice.sub, "Password": "Another-Horse-2",
				"UserAttributes": []map[string]string{{"Name": "email", "Value": "x" + w.address()}}}), nil); err != nil {
				return answer{status: 400, code: "NotAuthorizedException"}, nil //nolint:nilerr // refused from the start
			}
			return w.signIn(ctx, signInOf{name: w.alice.name, client: w.client, pool: w.pool, password: "Another-Horse-2"})
		}},
	}
	list := make([]attack, len(rows))
	for i, one := range rows {
		list[i] = attack{id: one.id, has: "an address", want: one.want, page: aliasGuide, control: control, try: one.try, changes: true}
	}
	return list
}
