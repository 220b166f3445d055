package appsync_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestMisuse_M17_introspectionIsOffInProduction(t *testing.T) {
	const query = `{__schema{types{name}}}`
	prod, dev := newRig(t, "prod"), newRig(t, "dev")
	a := prod.ask(prod.person("ann").as(), query, nil)
	if a.Data != nil || len(a.Errors) == 0 || strings.Contains(a.Text, "Photo") {
		t.Errorf("prod: got %s", a.Text)
	}
	if a := dev.ask(dev.person("ann").as(), query, nil); a.Errors != nil || !strings.Contains(a.Text, `{"name":"ProductWithdrawal"}`) {
		t.Errorf("dev: got %s", a.Text)
	}
}

func TestMisuse_M18_queriesEndAtTheLimits(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	many := func(n int) string {
		var q strings.Builder
		for i := range n {
			fmt.Fprintf(&q, "a%d:getProfile(owner:\"x\"){name} ", i)
		}
		return "{" + q.String() + "}"
	}
	a := r.ask(ann.as(), many(260), nil)
	if n := strings.Count(a.Text, "ResolverExecutionLimitReached"); n != 10 {
		t.Errorf("260 resolvers: got %d over the limit, want 10", n)
	}
	if a := r.ask(ann.as(), many(250), nil); strings.Contains(a.Text, "LimitReached") {
		t.Errorf("250 resolvers: got %s", a.Text)
	}
	if err := r.Update("API", "GraphQL9562F4A3", func(p map[string]any) { p["QueryDepthLimit"] = "2" }); err != nil {
		t.Fatal(err)
	}
	r.productOf(r.person("boss", "Admins"), true)
	a = r.ask(ann.as(), live, nil)
	if len(a.Errors) == 0 || a.Errors[0].ErrorType != "QueryDepthLimitReached" || a.Data != nil {
		t.Errorf("3 levels of 2: got %s", a.Text)
	}
	r.must(ann.as(), `{listProducts{nextToken}}`, nil)
}

func TestMisuse_M35_draftsAreForAdminsAlone(t *testing.T) {
	r := newRig(t, "prod")
	boss, ann := r.person("boss", "Admins"), r.person("ann")
	draft, shown := r.productOf(boss, false), r.productOf(boss, true)
	for name, who := range map[string]caller{"guest": r.guest(), "signed in": ann.as(), "signed in by IAM": r.member()} {
		if got := r.must(who, `query($id:ID!){getProduct(id:$id){id}}`, vars{"id": draft}); got != nil {
			t.Errorf("%s: got the draft %v", name, got)
		}
		if got := r.must(who, `query($id:ID!){getProduct(id:$id){id}}`, vars{"id": shown}); got["id"] != shown {
			t.Errorf("%s: got %v, want the product", name, got)
		}
		if items := r.must(who, live, nil)["items"].([]any); len(items) != 1 {
			t.Errorf("%s: got %v, want the one that is live", name, items)
		}
	}
	if got := r.must(boss.as(), `query($id:ID!){getProduct(id:$id){id}}`, vars{"id": draft}); got["id"] != draft {
		t.Errorf("an admin: got %v, want the draft", got)
	}
}

// The roles trust the identity pool, whose service says whose credentials they are, as the rig does here.
func TestMisuse_M93_identitiesAreWhatTheirCredentialsSay(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	const link = `mutation{linkIdentity}`
	pool := "cognito-idp.us-east-1.amazonaws.com/" + r.Pool
	signedIn := func(role string, guest bool, methods ...string) caller {
		return r.signed(r.session(role, guest, methods...))
	}
	for name, role := range map[string]string{"a user": "IdentityPoolAuthenticatedRole", "an admin": "AdminRole"} {
		a := r.ask(signedIn(role, false, "authenticated", pool, pool+":CognitoSignIn:"+ann.sub), link, nil)
		if a.Errors != nil || a.Data["linkIdentity"] != true {
			t.Errorf("%s: got %s, want true", name, a.Text)
		}
	}
	for name, who := range map[string]caller{
		"a token": ann.as(), "a guest": r.guest(), "nobody": nobody,
		"a user of another pool":   r.member(),
		"a guest who names a user": signedIn("IdentityPoolUnauthenticatedRole", true, "unauthenticated", pool, pool+":CognitoSignIn:"+ann.sub),
	} {
		if a := r.ask(who, link, nil); len(a.Errors) == 0 || !strings.HasPrefix(a.Errors[0].ErrorType, "Unauthorized") || a.Data["linkIdentity"] != nil {
			t.Errorf("%s: got %s, want Unauthorized", name, a.Text)
		}
	}
	// Nobody can say who they are by an argument.
	if a := r.ask(signedIn("IdentityPoolAuthenticatedRole", false, "authenticated", pool, pool+":CognitoSignIn:"+ann.sub), `mutation{linkIdentity(sub:"x")}`, nil); len(a.Errors) == 0 {
		t.Errorf("an argument: got %s, want a refusal", a.Text)
	}
}

func TestMisuse_M53_nobodyChangesAnothersPhoto(t *testing.T) {
	r := newRig(t, "prod")
	ann, bob, boss := r.person("ann"), r.person("bob"), r.person("boss", "Admins")
	id := r.photoOf(bob, 1)
	r.refused(ann.as(), `mutation($id:ID!){updatePhoto(id:$id,version:1,caption:"mine"){id caption}}`, vars{"id": id}, "Unauthorized")
	r.refused(ann.as(), `mutation($id:ID!){deletePhoto(id:$id){id imgKey}}`, vars{"id": id}, "Unauthorized")
	if got := r.must(bob.as(), `mutation($id:ID!){updatePhoto(id:$id,version:1,caption:"mine"){caption}}`, vars{"id": id}); got["caption"] != "mine" {
		t.Errorf("its owner: got %v", got)
	}
	if got := r.must(boss.as(), `mutation($id:ID!){deletePhoto(id:$id){id}}`, vars{"id": id}); got["id"] != id {
		t.Errorf("an admin: got %v", got)
	}
}

func TestMisuse_M54_M55_ownersAndCountsAreTheServers(t *testing.T) {
	r := newRig(t, "prod")
	ann, bob := r.person("ann"), r.person("bob")
	key := "uploads/" + ann.sub + "/" + uuid(1)
	for _, extra := range []string{`owner:"` + bob.sub + `"`, `likeCount:9`, `createdAt:"2020-01-01T00:00:00Z"`} {
		a := r.ask(ann.as(), `mutation{createPhoto(input:{imgKey:"`+key+`",`+extra+`}){id}}`, nil)
		if a.Data != nil || len(a.Errors) == 0 {
			t.Errorf("M54: %s: got %s", extra, a.Text)
		}
	}
	a := r.ask(ann.as(), `mutation($i:PhotoInput!){createPhoto(input:$i){id}}`, vars{"i": vars{"imgKey": key, "owner": bob.sub}})
	if a.Data != nil || !strings.Contains(a.Text, "The variables input contains a field that is not defined for input object type 'PhotoInput' ") {
		t.Errorf("M54: as a variable: got %s", a.Text)
	}
	id := r.photoOf(ann, 1)
	for _, extra := range []string{`owner:"x"`, `likeCount:9`} {
		if a := r.ask(ann.as(), `mutation($id:ID!){updatePhoto(id:$id,version:1,`+extra+`){id}}`, vars{"id": id}); a.Data != nil || len(a.Errors) == 0 {
			t.Errorf("M55: %s: got %s", extra, a.Text)
		}
	}
	got := r.must(ann.as(), `query($id:ID!){getPhoto(id:$id){owner likeCount}}`, vars{"id": id})
	if got["owner"] != ann.sub || got["likeCount"] != 0.0 {
		t.Errorf("got %v", got)
	}
}

func TestMisuse_M56_M59_versionsKeepWritesApart(t *testing.T) {
	r := newRig(t, "prod")
	boss := r.person("boss", "Admins")
	id := r.productOf(boss, false)
	const update = `mutation($id:ID!,$v:Int!){updateProduct(id:$id,version:$v,input:{name:"Jug",price:6,currency:"EUR"}){version}}`
	r.must(boss.as(), update, vars{"id": id, "v": 1})
	r.refused(boss.as(), update, vars{"id": id, "v": 1}, "Conflict")
	r.must(boss.as(), update, vars{"id": id, "v": 2})
	if a := r.ask(boss.as(), `mutation($id:ID!){createProduct(input:{id:$id,name:"x",price:1,currency:"EUR"}){id}}`, vars{"id": id}); a.Data != nil {
		t.Errorf("M56: an id of the caller's choice: got %s", a.Text)
	}
}

func TestMisuse_M57_picturesAreOfTheCallersUploads(t *testing.T) {
	r := newRig(t, "prod")
	ann, bob := r.person("ann"), r.person("bob")
	own := "uploads/" + ann.sub + "/" + uuid(1)
	const create = `mutation($k:String!){createPhoto(input:{imgKey:$k}){id}}`
	for _, key := range []string{
		"uploads/" + bob.sub + "/" + uuid(1), "uploads/" + ann.sub + "/../" + bob.sub + "/" + uuid(1), own + ".jpg", own + "\n", own + "/",
		"uploads/" + ann.sub + "/", "uploads/" + ann.sub + "/x", "/" + own, strings.ToUpper(own), "uploads/" + uuid(1),
		"public/photos/" + ann.sub + "/" + uuid(1) + ".jpg", "originals/" + ann.sub + "/" + uuid(1), "private/" + ann.sub + "/" + uuid(1),
		"protected/" + ann.sub + "/" + uuid(1), "../x.jpg", "/abs.jpg", "https://evil.example/x.jpg", strings.Repeat("x", 2048), "",
	} {
		r.refused(ann.as(), create, vars{"k": key}, "BadRequest")
	}
	// The control: hers comes as far as the function, which is not here.
	r.refused(ann.as(), create, vars{"k": own}, "Lambda:ResourceNotFoundException")
}

func TestMisuse_M58_pagesAreBounded(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	for i := range 3 {
		r.photoOf(ann, i)
	}
	const query = `query($l:Int,$t:String){listPhotos(limit:$l,nextToken:$t){items{id} nextToken}}`
	first := r.must(ann.as(), query, vars{"l": 2})
	if items := first["items"].([]any); len(items) != 2 || first["nextToken"] == nil {
		t.Fatalf("got %v, want a page of two and where the next one starts", first)
	}
	if rest := r.must(ann.as(), query, vars{"l": 2, "t": first["nextToken"]}); len(rest["items"].([]any)) != 1 {
		t.Errorf("got %v, want the third", rest)
	}
	r.must(ann.as(), query, vars{"l": 1_000_000})
	r.refused(ann.as(), query, vars{"l": 0}, "BadRequest")
	r.refused(ann.as(), query, vars{"l": -1}, "BadRequest")
	if a := r.ask(ann.as(), query, vars{"l": 1 << 40}); a.Data != nil {
		t.Errorf("a limit beyond Int: got %s", a.Text)
	}
	for _, token := range []any{"meow", "bnVsbA==", "e30=", first["nextToken"].(string) + "x"} {
		if a := r.ask(ann.as(), query, vars{"t": token}); len(a.Errors) == 0 || a.Data["listPhotos"] != nil {
			t.Errorf("the token %v: got %s", token, a.Text)
		}
	}
	if a := r.ask(ann.as(), `query($t:String){commentsByPhoto(photoId:"`+r.photoOf(ann, 9)+`",nextToken:$t){items{id}}}`, vars{"t": first["nextToken"]}); len(a.Errors) == 0 {
		t.Errorf("the token of another list: got %s", a.Text)
	}
}
