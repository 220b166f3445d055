package look

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/identity"
)

// Who is what somebody may do with a key.
type Who struct {
	Who  string     `json:"who"` // guest, user, owner, or a group's name
	Kind string     `json:"kind"`
	May  []Decision `json:"may"`
}

// A Decision is what the policies say to a request, and by which statement.
type Decision struct {
	Do      string   `json:"do"` // get, list, put or delete
	Allowed bool     `json:"allowed"`
	Cause   string   `json:"cause"` // as in "a statement denies it"
	By      []string `json:"by"`    // the statements that decided
	Text    string   `json:"text"`  // the whole account, as the log has it
}

// The verbs, in the order in which they are shown.
var verbs = []string{"get", "list", "put", "delete"}

// who asks the sandbox's own policy engine what people may do with a key, by the very requests that they would send; none of them is carried
// out. The owner is whoever's identity, or sub, is a part of the key: "" if there is nobody.
func (l *Looker) who(ctx context.Context, bucket, key string) (owner string, all []Who, err error) {
	pools, err := l.Identities.Pools()
	if err != nil || len(pools) == 0 {
		return "", []Who{}, err
	}
	pool := pools[0]
	people, owner, err := l.people(ctx, pool, key)
	if err != nil {
		return "", nil, err
	}
	asking, err := l.arriving(ctx)
	if err != nil {
		return "", nil, err
	}
	all = []Who{}
	for _, p := range people {
		w := Who{Who: p.name, Kind: p.kind}
		caller, err := l.Identities.Acting(asking, pool.ID, p.Person)
		for _, verb := range verbs {
			if err != nil { // who gets no credentials may nothing
				w.May = append(w.May, Decision{Do: verb, Cause: "they get no credentials", By: []string{}, Text: err.Error()})
				continue
			}
			d, err := l.decide(ctx, caller, verb, bucket, key)
			if err != nil {
				return "", nil, err
			}
			w.May = append(w.May, d)
		}
		all = append(all, w)
	}
	return owner, all, nil
}

type person struct {
	identity.Person
	kind, name string
}

// people are those whom it is asked of: a guest, somebody who signed in, the owner of the key if it has one, and a member of each group.
func (l *Looker) people(ctx context.Context, pool identity.Pool, key string) (all []person, owner string, err error) {
	if pool.Guests {
		all = append(all, person{kind: "guest", name: "guest"})
	}
	for _, users := range pool.UserPools {
		all = append(all, person{identity.Person{UserPool: users}, "user", "signed in"})
		holder, name, err := l.owner(ctx, pool.ID, users, key)
		if err != nil {
			return nil, "", err
		}
		if holder != nil {
			owner = name
			all = append(all, person{*holder, "owner", "owner"})
		}
		groups, err := l.groups(ctx, users)
		if err != nil {
			return nil, "", err
		}
		for _, g := range groups {
			all = append(all, person{identity.Person{UserPool: users, Role: g.Role}, "group", g.Name})
		}
	}
	return all, owner, nil
}

// owner is whose identity in the pool, or whose sub, is one of the parts of a key between slashes; nil if it is nobody's.
func (l *Looker) owner(ctx context.Context, pool, users, key string) (*identity.Person, string, error) {
	for part := range strings.SplitSeq(key, "/") {
		if sub, ok := l.Identities.Whose(pool, part); ok && sub != "" {
			name, err := l.named(ctx, users, sub)
			return &identity.Person{UserPool: users, Identity: part, Sub: sub}, name, err
		}
		if len(part) != len("00000000-0000-0000-0000-000000000000") || strings.Count(part, "-") != 4 {
			continue
		}
		name, err := l.named(ctx, users, part)
		if err != nil {
			return nil, "", err
		}
		if name != "" {
			id, err := l.Identities.Of(pool, users, part)
			return &identity.Person{UserPool: users, Identity: id, Sub: part}, name, err
		}
	}
	return nil, "", nil
}

// named is the user of a sub, "" if there is none.
func (l *Looker) named(ctx context.Context, users, sub string) (string, error) {
	var found struct{ Users []struct{ Username string } }
	in := map[string]any{"UserPoolId": users, "Filter": `sub = "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(sub) + `"`}
	err := l.Client.look(ctx, "cognito-idp", "ListUsers", in, &found)
	if err != nil || len(found.Users) == 0 {
		return "", err
	}
	return found.Users[0].Username, nil
}

// decide has S3 decide about a request, as it would come over TLS.
func (l *Looker) decide(ctx context.Context, caller aws.Caller, verb, bucket, key string) (Decision, error) {
	method := map[string]string{"get": http.MethodGet, "list": http.MethodGet, "put": http.MethodPut, "delete": http.MethodDelete}[verb]
	u := url.URL{Scheme: "https", Host: "s3." + l.Client.Region + ".amazonaws.com", Path: "/" + bucket + "/" + key, RawPath: escaped("/" + bucket + "/" + key)}
	if verb == "list" {
		folder := key[:strings.LastIndexByte(key, '/')+1]
		u.Path, u.RawPath, u.RawQuery = "/"+bucket, "", "list-type=2&prefix="+url.QueryEscape(folder)
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), http.NoBody)
	if err != nil {
		return Decision{}, err
	}
	arrived(r)
	caller.SignedAt, caller.Payload = l.Now(), "UNSIGNED-PAYLOAD"
	allowed, reasons, err := l.Files.Decide(r, caller)
	if err != nil {
		return Decision{}, err
	}
	d := Decision{Do: verb, Allowed: allowed == iam.Allow, Cause: reasons.Cause.String(), By: []string{}, Text: reasons.String()}
	for _, ref := range reasons.Deciding() {
		if text := ref.String(); !slices.Contains(d.By, text) {
			d.By = append(d.By, text)
		}
	}
	return d, nil
}

// arriving is the context of a request for credentials that came by TLS from this machine: trust policies may ask how it came.
func (l *Looker) arriving(ctx context.Context) (context.Context, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://cognito-identity."+l.Client.Region+".amazonaws.com/", http.NoBody)
	if err != nil {
		return nil, err
	}
	arrived(r)
	r, _ = aws.Begin(r, "cognito-identity", l.Client.Region, l.Now)
	return r.Context(), nil
}
