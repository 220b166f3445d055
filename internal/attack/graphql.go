package attack

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
)

const (
	apiGuide   = "https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html"
	specGuide  = "https://spec.graphql.org/October2021/"
	apiLimits  = "https://docs.aws.amazon.com/general/latest/gr/appsync.html"
	httpGuide  = "https://graphql.github.io/graphql-over-http/draft/"
	anyRefusal = "200 GraphQLError"
)

func decode(body []byte, into any) {
	_ = json.Unmarshal(body, into) // it was written here
}

// photos is bob reading the feed.
func photos(w *World) *request {
	return w.ask(w.bob, `query { listPhotos { items { id } } }`, nil)
}

// asking puts another query into a request to the API. PHOTO, COMMENT, DRAFT and HERS are ids of what is not the attacker's.
func asking(query string) change {
	return func(w *World, r *request) { r.carry(text(map[string]any{"query": w.filled(query)})) }
}

func (w *World) filled(query string) string {
	return strings.NewReplacer("PHOTO", w.photo, "COMMENT", w.comment, "DRAFT", w.draft, "HERS", w.alice.sub, "UPLOAD", w.upload).Replace(query)
}

// graphQLAttacks are requests to the API beyond what the caller may, and such as are none.
func graphQLAttacks(*World) []attack {
	list := against(catalogue, "guest", apiGuide, guestFields())
	list = append(list, against(photos, "user", apiGuide, adminFields())...)
	list = append(list, others()...)
	list = append(list, against(photos, "user", specGuide, documents())...)
	list = append(list, against(photos, "user", httpGuide, bodies())...)
	return append(list, against(photos, "user", specGuide, values())...)
}

// closed are the fields that guests have no right to, of which signed-in users have some by a token alone.
func closed() map[string]string {
	return map[string]string{
		"listDrafts": `{ listDrafts { items { id } } }`, "getPhoto": `{ getPhoto(id: "PHOTO") { id } }`, "listPhotos": `{ listPhotos { items { id } } }`,
		"photosByOwner": `{ photosByOwner(owner: "HERS") { items { id } } }`, "commentsByPhoto": `{ commentsByPhoto(photoId: "PHOTO") { items { id } } }`,
		"getProfile":       `{ getProfile(owner: "HERS") { name } }`,
		"createProduct":    `mutation { createProduct(input: {name: "x", price: 1, currency: "EUR"}) { id } }`,
		"updateProduct":    `mutation { updateProduct(id: "DRAFT", version: 1, input: {name: "x", price: 1, currency: "EUR"}) { id } }`,
		"publishProduct":   `mutation { publishProduct(id: "DRAFT", version: 1) { id } }`,
		"unpublishProduct": `mutation { unpublishProduct(id: "DRAFT", version: 1) { id } }`,
		"deleteProduct":    `mutation { deleteProduct(id: "DRAFT", version: 1) { id } }`,
		"createPhoto":      `mutation { createPhoto(input: {imgKey: "UPLOAD"}) { id } }`,
		"updatePhoto":      `mutation { updatePhoto(id: "PHOTO", version: 1, caption: "x") { id } }`,
		"deletePhoto":      `mutation { deletePhoto(id: "PHOTO") { id } }`, "likePhoto": `mutation { likePhoto(id: "PHOTO") { id } }`,
		"unlikePhoto": `mutation { unlikePhoto(id: "PHOTO") { id } }`, "addComment": `mutation { addComment(photoId: "PHOTO", text: "x") { id } }`,
		"editComment":   `mutation { editComment(photoId: "PHOTO", id: "COMMENT", version: 1, text: "x") { id } }`,
		"deleteComment": `mutation { deleteComment(photoId: "PHOTO", id: "COMMENT") { id } }`,
		"linkIdentity":  `mutation { linkIdentity }`, "deleteAccount": `mutation { deleteAccount }`,
	}
}

// guestFields ask for all of them, and in other ways.
func guestFields() []row {
	var rows []row
	for field, query := range inOrder(closed()) {
		rows = append(rows, row{id: "guest-" + field, want: "401 UnauthorizedException", change: asking(query)})
		if field != "linkIdentity" { // which signed-in users may
			rows = append(rows, row{id: "user-by-signature-" + field, has: "user", want: "401 UnauthorizedException", change: func(w *World, r *request) {
				*r = *w.ask(person{keys: w.bob.keys}, w.filled(query), nil)
			}})
		}
	}
	return append(rows, []row{
		{id: "guest-beside-what-is-allowed", want: "200 Unauthorized", change: asking(`{ listProducts { items { id } } listPhotos { items { id } } }`)},
		{id: "guest-by-another-name", want: "401 UnauthorizedException", change: asking(`{ listProducts: listPhotos { items { id } } }`)},
		{id: "guest-by-a-fragment", want: "401 UnauthorizedException", change: asking(`query { ...f } fragment f on Query { getPhoto(id: "PHOTO") { id } }`)},
		{id: "guest-by-an-inline-fragment", want: "401 UnauthorizedException", change: asking(`query { ... on Query { getPhoto(id: "PHOTO") { id } } }`)},
		{id: "guest-by-another-operation", want: "401 UnauthorizedException", change: func(w *World, r *request) {
			r.carry(text(map[string]any{"query": w.filled(`query a { listProducts { items { id } } } query b { getPhoto(id: "PHOTO") { id } }`), "operationName": "b"}))
		}},
		{id: "guest-skipping", want: "401 UnauthorizedException", change: asking(`{ getPhoto(id: "PHOTO") @skip(if: false) { id } }`)},
		{id: "guest-reads-a-draft", want: "200", change: asking(`{ getProduct(id: "DRAFT") { name } }`)},
	}...)
}

// adminFields are what admins alone may.
func adminFields() []row {
	const refused = "200 Unauthorized"
	return []row{
		{id: "user-listDrafts", want: refused, change: asking(`{ listDrafts { items { id name } } }`)},
		{id: "user-createProduct", want: refused, change: asking(`mutation { createProduct(input: {name: "x", price: 1, currency: "EUR"}) { id } }`)},
		{id: "user-updateProduct", want: refused, change: asking(`mutation { updateProduct(id: "DRAFT", version: 1, input: {name: "x", price: 1, currency: "EUR"}) { id } }`)},
		{id: "user-publishProduct", want: refused, change: asking(`mutation { publishProduct(id: "DRAFT", version: 1) { id } }`)},
		{id: "user-unpublishProduct", want: refused, change: asking(`mutation { unpublishProduct(id: "DRAFT", version: 1) { id } }`)},
		{id: "user-deleteProduct", want: refused, change: asking(`mutation { deleteProduct(id: "DRAFT", version: 1) { id } }`)},
		{id: "user-reads-a-draft", want: "200", change: asking(`{ getProduct(id: "DRAFT") { name } }`)},
		{id: "user-links-an-identity", want: refused, change: asking(`mutation { linkIdentity }`)},
		{id: "admin-by-signature-listDrafts", has: "admin", want: "401 UnauthorizedException", change: func(w *World, r *request) {
			*r = *w.ask(person{keys: w.boss.keys}, `{ listDrafts { items { name } } }`, nil)
		}},
		{id: "user-says-groups", want: refused, change: func(w *World, r *request) {
			asking(`{ listDrafts { items { name } } }`)(w, r)
			r.add("Cognito-Groups", "Admins").add("X-Amzn-Cognito-Groups", "Admins").add("X-Amz-Cognito-Groups", "Admins")
		}},
		{id: "user-says-in-variables", want: refused, change: func(_ *World, r *request) {
			r.carry(text(map[string]any{"query": `query($g: Int) { listDrafts(limit: $g) { items { name } } }`, "variables": map[string]any{"g": 1, "cognito:groups": []string{"Admins"}}}))
		}},
	}
}

// others are writes to what is somebody else's. The control is the same write by who it belongs to.
func others() []attack {
	step := func(query string, vars func(w *World, by person) (map[string]any, error)) func(by func(w *World) person) probe {
		return func(by func(w *World) person) probe {
			return func(ctx context.Context, w *World) (answer, error) {
				v, err := vars(w, by(w))
				if err != nil {
					return answer{}, err
				}
				return w.send(ctx, w.ask(by(w), query, v))
			}
		}
	}
	version := func(w *World, by person) (map[string]any, error) {
		var got struct {
			Data struct{ GetPhoto struct{ Version int } }
		}
		err := w.must(context.Background(), w.ask(by, `query($id: ID!) { getPhoto(id: $id) { version } }`, map[string]any{"id": w.photo}), &got)
		return map[string]any{"id": w.photo, "version": got.Data.GetPhoto.Version}, err
	}
	ofComment := func(w *World, by person) (map[string]any, error) {
		var got struct {
			Data struct {
				CommentsByPhoto struct{ Items []struct{ Version int } }
			}
		}
		err := w.must(context.Background(), w.ask(by, `query($id: ID!) { commentsByPhoto(photoId: $id, limit: 1) { items { version } } }`, map[string]any{"id": w.photo}), &got)
		return map[string]any{"photo": w.photo, "id": w.comment, "version": got.Data.CommentsByPhoto.Items[0].Version}, err
	}
	// passing is something of alice's that the control removes, and the attack would.
	passing := func(w *World, by person) (map[string]any, error) {
		v := map[string]any{"photo": w.photo, "id": w.comment}
		if by.sub != w.alice.sub {
			return v, nil
		}
		var made struct {
			Data struct{ AddComment struct{ ID string } }
		}
		err := w.must(context.Background(), w.ask(w.alice, `mutation($id: ID!) { addComment(photoId: $id, text: "x") { id } }`, map[string]any{"id": w.photo}), &made)
		v["id"] = made.Data.AddComment.ID
		return v, err
	}
	passingPhoto := func(w *World, by person) (map[string]any, error) {
		if by.sub != w.alice.sub {
			return map[string]any{"id": w.photo}, nil
		}
		key := w.alice.sent(uuid())
		if err := w.must(context.Background(), w.object(w.alice.keys, http.MethodPut, key, drawn()), nil); err != nil {
			return nil, err
		}
		var made struct {
			Data struct{ CreatePhoto struct{ ID string } }
		}
		err := w.must(context.Background(), w.ask(w.alice, createPhoto, map[string]any{"in": map[string]any{"imgKey": key}}), &made)
		return map[string]any{"id": made.Data.CreatePhoto.ID}, err
	}
	var list []attack
	for _, one := range []struct {
		id   string
		make func(by func(w *World) person) probe
	}{
		{"update-her-photo", step(`mutation($id: ID!, $version: Int!) { updatePhoto(id: $id, version: $version, caption: "x") { id } }`, version)},
		{"edit-her-comment", step(`mutation($photo: ID!, $id: ID!, $version: Int!) { editComment(photoId: $photo, id: $id, version: $version, text: "x") { id photoId } }`, ofComment)},
		{"delete-her-comment", step(`mutation($photo: ID!, $id: ID!) { deleteComment(photoId: $photo, id: $id) { id photoId } }`, passing)},
		{"delete-her-photo", step(`mutation($id: ID!) { deletePhoto(id: $id) { id } }`, passingPhoto)},
	} {
		list = append(list, attack{id: one.id, has: "user", want: "200 Unauthorized", page: apiGuide,
			control: one.make(func(w *World) person { return w.alice }), try: one.make(func(w *World) person { return w.bob })})
	}
	return list
}

// documents are queries that say too much, or what cannot be said.
func documents() []row {
	deep, closing := strings.Repeat(`items { `, 1), ""
	for range 40 {
		deep += `picture { `
		closing += ` }`
	}
	many := func(n int, of func(n int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(of(i))
		}
		return b.String()
	}
	letter := func(n int) string { return "a" + strings.Repeat("b", n%20) + strings.Repeat("c", n/20) }
	return []row{
		{id: "fragments-in-a-circle", want: anyRefusal, change: asking(`{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }`)},
		{id: "fragment-of-itself", want: anyRefusal, change: asking(`{ ...a } fragment a on Query { ...a }`)},
		{id: "fragment-unknown", want: anyRefusal, change: asking(`{ ...a }`)},
		{id: "fragment-unused", want: anyRefusal, change: asking(`{ listPhotos { items { id } } } fragment a on Query { listPhotos { items { id } } }`)},
		{id: "fragment-of-another-type", want: anyRefusal, change: asking(`{ listPhotos { items { ... on Product { name } } } }`)},
		{id: "deep-without-end", want: anyRefusal, change: asking(`{ listPhotos { ` + deep + `id` + closing + ` } } }`)},
		{id: "many-names", want: "200 ResolverExecutionLimitReached", page: apiLimits, change: asking(`{ ` + many(400, func(n int) string { return letter(n) + `: getPhoto(id: "PHOTO") { id } ` }) + ` }`)},
		{id: "brackets-without-end", want: anyRefusal, change: asking(strings.Repeat(`{ a `, 20000))},
		{id: "introspection-without-end", want: "200 QueryDepthLimitReached", change: asking(`{ __schema { types { ` + strings.Repeat(`fields { type { `, 20) + ` name ` + strings.Repeat(`} } `, 20) + ` } } }`)},
		{id: "field-unknown", want: anyRefusal, change: asking(`{ listUsers { items { password } } }`)},
		{id: "field-of-rows", want: anyRefusal, change: asking(`{ listPhotos { items { folder row } } }`)},
		{id: "argument-unknown", want: anyRefusal, change: asking(`{ getPhoto(id: "PHOTO", owner: "HERS") { id } }`)},
		{id: "argument-twice", want: anyRefusal, change: asking(`{ getPhoto(id: "x", id: "PHOTO") { id } }`)},
		{id: "owner-of-ones-choice", want: anyRefusal, change: asking(`mutation { createPhoto(input: {imgKey: "UPLOAD", owner: "HERS"}) { id } }`)},
		{id: "likes-of-ones-choice", want: anyRefusal, change: asking(`mutation { updatePhoto(id: "PHOTO", version: 1, likeCount: 1000000) { id } }`)},
		{id: "directive-unknown", want: anyRefusal, change: asking(`{ listPhotos @live { items { id } } }`)},
		{id: "directive-of-aws", want: anyRefusal, change: asking(`{ listDrafts @aws_iam { items { id } } }`)},
		{id: "directive-of-groups", want: anyRefusal, change: asking(`query @aws_auth(cognito_groups: ["Admins"]) { listDrafts { items { id } } }`)},
		{id: "two-operations-without-a-name", want: anyRefusal, change: asking(`query a { listPhotos { items { id } } } query b { listPhotos { items { id } } }`)},
		{id: "operation-by-no-name", want: anyRefusal, change: func(_ *World, r *request) {
			r.carry(text(map[string]any{"query": `query a { listPhotos { items { id } } }`, "operationName": "b"}))
		}},
		{id: "subscription-by-post", want: anyRefusal, change: asking(`subscription { onPhotoCreated { id } }`)},
		{id: "schema-in-a-query", want: anyRefusal, change: asking(`type Query { listDrafts: String }`)},
		{id: "extension-in-a-query", want: anyRefusal, change: asking(`extend type Query { x: String } query { x }`)},
		{id: "no-selection", want: anyRefusal, change: asking(`{ listPhotos }`)},
		{id: "selection-of-a-text", want: anyRefusal, change: asking(`{ getPhoto(id: "PHOTO") { id { x } } }`)},
		{id: "two-fields-of-one-name", want: anyRefusal, change: asking(`{ a: getPhoto(id: "PHOTO") { id } a: getProfile(owner: "HERS") { owner } }`)},
		{id: "zero-byte", want: anyRefusal, change: asking("{ listPhotos { items { id\x00 } } }")},
		{id: "empty", want: "400 MalformedHttpRequestException", change: asking("")},
		{id: "comment-alone", want: anyRefusal, change: asking("# x")},
	}
}

// bodies are requests that are not one operation in JSON, by POST.
func bodies() []row {
	body := func(text string) change { return func(_ *World, r *request) { r.carry(text) } }
	return []row{
		{id: "by-get", want: "405 MethodNotAllowedException", change: func(_ *World, r *request) {
			r.method, r.target, r.body = http.MethodGet, "/graphql?query=%7BlistPhotos%7Bitems%7Bid%7D%7D%7D", nil
			r.del("Content-Length")
		}},
		{id: "by-put", want: "405 MethodNotAllowedException", change: func(_ *World, r *request) { r.method = http.MethodPut }},
		{id: "by-delete", want: "405 MethodNotAllowedException", change: func(_ *World, r *request) { r.method = http.MethodDelete }},
		{id: "a-list-of-operations", want: "400 MalformedHttpRequestException", change: body(`[{"query":"{ listPhotos { items { id } } }"},{"query":"{ listPhotos { items { id } } }"}]`)},
		{id: "two-objects", want: "400 MalformedHttpRequestException", change: body(`{"query":"{ listPhotos { items { id } } }"}{"query":"x"}`)},
		{id: "no-body", want: "400 MalformedHttpRequestException", change: body("")},
		{id: "no-json", want: "400 MalformedHttpRequestException", change: body("query=%7BlistPhotos%7Bitems%7Bid%7D%7D%7D")},
		{id: "half-a-body", want: "400 MalformedHttpRequestException", change: body(`{"query":"{ listPhotos`)},
		{id: "query-a-list", want: "400 MalformedHttpRequestException", change: body(`{"query":["{ listPhotos { items { id } } }"]}`)},
		{id: "variables-a-text", want: "400 MalformedHttpRequestException", change: body(`{"query":"{ listDrafts { items { id } } }","variables":"x"}`)},
		{id: "variables-a-list", want: "400 MalformedHttpRequestException", change: body(`{"query":"{ listDrafts { items { id } } }","variables":[]}`)},
		{id: "name-an-object", want: "400 MalformedHttpRequestException", change: body(`{"query":"{ listPhotos { items { id } } }","operationName":{}}`)},
		{id: "lines-of-json", want: "400 MalformedHttpRequestException", change: body("{\"query\":\"{ listPhotos { items { id } } }\"}\n{\"query\":\"{ listPhotos { items { id } } }\"}")},
		{id: "of-another-alphabet", want: "400 MalformedHttpRequestException", change: body("\xff\xfe{\x00}\x00")},
		{id: "mark-of-byte-order", want: "400 MalformedHttpRequestException", change: body("\xef\xbb\xbf{\"query\":\"{ listDrafts { items { id } } }\"}")},
		{id: "query-twice", want: "200 Unauthorized", change: body(`{"query":"{ listPhotos { items { id } } }","query":"{ listDrafts { items { id } } }"}`)},
		{id: "query-in-capitals", want: "400 MalformedHttpRequestException", change: body(`{"QUERY":"{ listDrafts { items { id } } }"}`)},
		{id: "hash-of-a-query", want: "400 MalformedHttpRequestException", change: body(`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}`)},
		{id: "more-than-a-megabyte", want: "413 RequestEntityTooLarge", change: func(_ *World, r *request) { r.carry(`{"query":"# ` + strings.Repeat("x", 1<<20) + `"}`) }},
		{id: "another-path", want: "404 NotFoundException", change: func(_ *World, r *request) { r.target = "/graphql/admin" }},
		{id: "path-with-a-slash", want: "404 NotFoundException", change: func(_ *World, r *request) { r.target = "/graphql/" }},
		{id: "another-api", want: "404 NotFoundException", change: func(w *World, r *request) { r.set("Host", otherID(w.api)) }},
	}
}

// values are arguments and variables of other kinds than the schema has, and ids that mean something to a table.
func values() []row {
	with := func(query string, variables map[string]any) change {
		return func(w *World, r *request) {
			r.carry(w.filled(text(map[string]any{"query": query, "variables": variables})))
		}
	}
	one := `query($id: ID!) { getPhoto(id: $id) { id } }`
	list := `query($n: Int, $t: String) { listPhotos(limit: $n, nextToken: $t) { items { id } } }`
	return []row{
		{id: "id-an-object", want: anyRefusal, change: with(one, map[string]any{"id": map[string]any{"$ne": ""}})},
		{id: "id-a-list", want: anyRefusal, change: with(one, map[string]any{"id": []string{"PHOTO", "x"}})},
		{id: "id-true", want: anyRefusal, change: with(one, map[string]any{"id": true})},
		{id: "id-null", want: anyRefusal, change: with(one, map[string]any{"id": nil})},
		{id: "id-missing", want: anyRefusal, change: with(one, map[string]any{})},
		{id: "id-of-a-row", want: "200", change: with(one, map[string]any{"id": "PHOTO#COMMENT"})},
		{id: "limit-0", want: "200 BadRequest", change: with(list, map[string]any{"n": 0})},
		{id: "limit-below-0", want: "200 BadRequest", change: with(list, map[string]any{"n": -1})},
		{id: "limit-a-text", want: anyRefusal, change: with(list, map[string]any{"n": "1"})},
		{id: "limit-of-33-bits", want: anyRefusal, change: with(list, map[string]any{"n": 4294967296})},
		{id: "limit-a-part", want: anyRefusal, change: with(list, map[string]any{"n": 1.5})},
		{id: "token-made-up", want: "200 BadRequest", change: with(list, map[string]any{"t": "x"})},
		{id: "token-of-a-key", want: "200 BadRequest", change: with(list, map[string]any{"t": "eyJwaG90b0lkIjp7IlMiOiJ4In19"})},
		{id: "comment-empty", want: "200 BadRequest", change: with(`mutation($p: ID!, $t: String!) { addComment(photoId: $p, text: $t) { id } }`, map[string]any{"p": "PHOTO", "t": ""})},
		{id: "comment-too-long", want: "200 BadRequest", change: with(`mutation($p: ID!, $t: String!) { addComment(photoId: $p, text: $t) { id } }`, map[string]any{"p": "PHOTO", "t": strings.Repeat("x", 2001)})},
		{id: "comment-on-no-photo", want: "200 NotFound", change: with(`mutation($p: ID!) { addComment(photoId: $p, text: "x") { id } }`, map[string]any{"p": "HERS." + uuid()})},
		{id: "like-no-photo", want: "200 NotFound", change: with(`mutation($p: ID!) { likePhoto(id: $p) { id } }`, map[string]any{"p": "HERS." + uuid()})},
		{id: "like-a-profile", want: "200 BadRequest", change: with(`mutation($p: ID!) { likePhoto(id: $p) { id } }`, map[string]any{"p": "PROFILE#HERS"})},
	}
}
