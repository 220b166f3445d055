package look

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// A UserPage is what GET /_lightbox/users answers: the pools, and of the one that ?pool= names, or the first, the groups and a page of the
// users, whose names or addresses begin with ?filter=. ?user= is one user.
type UserPage struct {
	Pools  []UserPool `json:"pools"`
	Pool   string     `json:"pool,omitempty"`
	Groups []Group    `json:"groups"`
	Users  []User     `json:"users"`
	Next   string     `json:"next,omitempty"` // for ?after=
	User   *User      `json:"user,omitempty"`
	Web    string     `json:"web,omitempty"` // where the front end is that can be opened as a user
}

// UserPool is a pool of users.
type UserPool struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Clients []string `json:"clients"` // ids
}

// Group is a group of a pool.
type Group struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Role        string `json:"role,omitempty"` // its ARN
}

// User is a user of a pool.
type User struct {
	Name       string      `json:"name"`
	Email      string      `json:"email,omitempty"`
	Status     string      `json:"status"` // as in CONFIRMED
	Enabled    bool        `json:"enabled"`
	MFA        bool        `json:"mfa"`
	Created    json.Number `json:"created"` // seconds since 1970
	Modified   json.Number `json:"modified"`
	Groups     []string    `json:"groups"`
	SignIns    int         `json:"signIns"` // that are not over or revoked
	Attributes []Attribute `json:"attributes,omitempty"`
}

// Attribute is one of a user's.
type Attribute struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

const usersAPage = 50

func (l *Looker) users(ctx context.Context, query url.Values) (any, error) {
	page := UserPage{Groups: []Group{}, Users: []User{}, Web: l.Web()}
	var err error
	if page.Pools, err = l.userPools(ctx); err != nil {
		return nil, err
	}
	var ids []string
	for _, p := range page.Pools {
		ids = append(ids, p.ID)
	}
	if page.Pool, err = chosen(query, "pool", ids); err != nil || page.Pool == "" {
		return page, err
	}
	if page.Groups, err = l.groups(ctx, page.Pool); err != nil {
		return nil, err
	}
	if name := query.Get("user"); name != "" {
		if page.User, err = l.user(ctx, page.Pool, name); err != nil {
			return nil, err
		}
	}
	page.Users, page.Next, err = l.usersOf(ctx, page.Pool, query.Get("filter"), query.Get("after"))
	return page, err
}

func (l *Looker) userPools(ctx context.Context) ([]UserPool, error) {
	var found struct {
		UserPools []struct {
			ID   string `json:"Id"`
			Name string
		}
	}
	if err := l.Client.look(ctx, "cognito-idp", "ListUserPools", map[string]any{"MaxResults": 60}, &found); err != nil {
		return nil, err
	}
	pools := []UserPool{}
	for _, p := range found.UserPools {
		var clients struct {
			UserPoolClients []struct {
				ID string `json:"ClientId"`
			}
		}
		if err := l.Client.look(ctx, "cognito-idp", "ListUserPoolClients", map[string]any{"UserPoolId": p.ID, "MaxResults": 60}, &clients); err != nil {
			return nil, err
		}
		pool := UserPool{ID: p.ID, Name: p.Name, Clients: []string{}}
		for _, c := range clients.UserPoolClients {
			pool.Clients = append(pool.Clients, c.ID)
		}
		pools = append(pools, pool)
	}
	return pools, nil
}

func (l *Looker) groups(ctx context.Context, pool string) ([]Group, error) {
	var found struct {
		Groups []struct{ GroupName, Description, RoleArn string }
	}
	err := l.Client.look(ctx, "cognito-idp", "ListGroups", map[string]any{"UserPoolId": pool, "Limit": 60}, &found)
	groups := []Group{}
	for _, g := range found.Groups {
		groups = append(groups, Group{g.GroupName, g.Description, g.RoleArn})
	}
	return groups, err
}

// usersOf is a page of a pool's users.
func (l *Looker) usersOf(ctx context.Context, pool, filter, after string) (users []User, next string, err error) {
	in := map[string]any{"UserPoolId": pool, "Limit": usersAPage}
	if after != "" {
		in["PaginationToken"] = after
	}
	if filter != "" {
		name := "username"
		if strings.Contains(filter, "@") {
			name = "email"
		}
		in["Filter"] = fmt.Sprintf(`%s ^= "%s"`, name, strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(filter))
	}
	var found struct {
		Users []struct {
			Username, UserStatus                 string
			Enabled                              bool
			UserCreateDate, UserLastModifiedDate json.Number
			Attributes                           []Attribute
		}
		PaginationToken string
	}
	if err := l.Client.look(ctx, "cognito-idp", "ListUsers", in, &found); err != nil {
		return nil, "", err
	}
	users = []User{}
	for _, u := range found.Users {
		users = append(users, l.whole(pool, User{
			Name: u.Username, Status: u.UserStatus, Enabled: u.Enabled, Created: u.UserCreateDate, Modified: u.UserLastModifiedDate, Attributes: u.Attributes,
		}))
	}
	for i := range users {
		users[i].Attributes = nil
	}
	return users, found.PaginationToken, nil
}

// user is one user, with all attributes.
func (l *Looker) user(ctx context.Context, pool, name string) (*User, error) {
	var found struct {
		Username, UserStatus                 string
		Enabled                              bool
		UserCreateDate, UserLastModifiedDate json.Number
		UserAttributes                       []Attribute
	}
	if err := l.Client.look(ctx, "cognito-idp", "AdminGetUser", map[string]any{"UserPoolId": pool, "Username": name}, &found); err != nil {
		return nil, err
	}
	u := l.whole(pool, User{
		Name: found.Username, Status: found.UserStatus, Enabled: found.Enabled, Created: found.UserCreateDate, Modified: found.UserLastModifiedDate,
		Attributes: found.UserAttributes,
	})
	return &u, nil
}

// whole adds to a user what Cognito's lists leave out.
func (l *Looker) whole(pool string, u User) User {
	known, _ := l.Users.User(pool, u.Name) // who was deleted meanwhile has nothing
	u.MFA, u.SignIns, u.Groups = known.MFA, known.SignIns, append([]string{}, known.Groups...)
	if at := slices.IndexFunc(u.Attributes, func(a Attribute) bool { return a.Name == "email" }); at >= 0 {
		u.Email = u.Attributes[at].Value
	}
	return u
}

// A UserChange is what POST /_lightbox/users does with a user.
type UserChange struct {
	Pool, User string
	Do         string // one of userDeeds, or open
	Group      string // of add and remove
	Password   string // of password
	Temporary  bool   // whether it has to be changed at the next sign-in
	Client     string // of open; the first of the pool if empty
}

// userDeeds are Cognito's operations by what the page calls them.
var userDeeds = map[string]string{
	"confirm": "AdminConfirmSignUp", "password": "AdminSetUserPassword", "add": "AdminAddUserToGroup", "remove": "AdminRemoveUserFromGroup",
	"enable": "AdminEnableUser", "disable": "AdminDisableUser", "signOut": "AdminUserGlobalSignOut", "delete": "AdminDeleteUser",
}

func (c UserChange) check() error {
	var faults []error
	want := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	_, known := userDeeds[c.Do]
	want(known || c.Do == "open", "do: got %q, want add, confirm, delete, disable, enable, open, password, remove or signOut", c.Do)
	want(c.Pool != "", "pool: got none, want the id of a user pool")
	want(c.User != "", "user: got none, want a user name")
	want(c.Group != "" || c.Do != "add" && c.Do != "remove", "group: got none, want the name of a group")
	want(c.Password != "" || c.Do != "password", "password: got none, want one as the pool's policy has it")
	return refused(faults)
}

// changeUser changes a user, and answers how they are then; nothing of one who was deleted.
func (l *Looker) changeUser(ctx context.Context, c UserChange) (any, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Do == "open" {
		return l.openAs(ctx, c)
	}
	in := map[string]any{"UserPoolId": c.Pool, "Username": c.User}
	switch c.Do {
	case "password":
		in["Password"], in["Permanent"] = c.Password, !c.Temporary
	case "add", "remove":
		in["GroupName"] = c.Group
	}
	if err := l.Client.do(ctx, "cognito-idp", userDeeds[c.Do], in, nil); err != nil {
		return nil, err
	}
	if c.Do == "delete" {
		return struct{}{}, nil
	}
	u, err := l.user(ctx, c.Pool, c.User)
	return struct {
		User *User `json:"user"`
	}{u}, err
}

// told is an error of a service's method as its wire would tell it.
func told(err error) error {
	var refusal *aws.Error
	if errors.As(err, &refusal) {
		status := refusal.Status
		if status == 0 {
			status = http.StatusBadRequest
		}
		return refusedWith(status, refusal.Code, refusal.Message)
	}
	return err
}
