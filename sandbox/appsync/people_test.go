package appsync_test

// person is a user of the pool who signed in.
type person struct {
	sub, name  string
	access, id string // tokens
}

func (p person) as() caller { return bearer(p.access) }

// person makes a user, in the groups, who signs in.
func (r *rig) person(name string, groups ...string) person {
	r.t.Helper()
	r.SignUp(name, groups...)
	tokens := r.SignIn(name)
	user, _ := r.users.User(r.Pool, name)
	return person{sub: user.Sub, name: name, access: tokens.AccessToken, id: tokens.IDToken}
}
