package attack

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

const (
	fileActions = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html"
	stsErrors   = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"
)

// A grab is an operation on something that is alice's, the bucket's or the account's, and who may not do it.
type grab struct {
	id   string
	make func(w *World, by keys) *request
	may  func(w *World) keys // of whom the control is; the account's administrator if nil
	not  string              // who may not, as in "nothing guest user admin"
	want string              // noRight if empty
	page string
}

// by are the keys of who attacks.
func (w *World) by(who string) keys {
	return map[string]keys{"nothing": {}, "guest": w.guest.keys, "user": w.bob.keys, "admin": w.boss.keys}[who]
}

// grabs are attacks on what others may do: the same request by who may not.
func grabs(page string, list []grab) []attack {
	var attacks []attack
	for _, g := range list {
		for who := range strings.FieldsSeq(g.not) {
			want := or(g.want, noRight)
			if who == "nothing" && want == "400 AccessDeniedException" {
				want = "400 MissingAuthenticationTokenException" // S3 alone knows requests of nobody
			}
			attacks = append(attacks, attack{
				id: g.id + "-by-" + who, has: who, want: want, page: or(g.page, page),
				control: sends(func(w *World) *request {
					if g.may != nil {
						return g.make(w, g.may(w))
					}
					return g.make(w, w.root)
				}),
				try: sends(func(w *World) *request { return g.make(w, w.by(who)) }),
			})
		}
	}
	return attacks
}

func hers(w *World) keys { return w.alice.keys }

// file is an operation on a file.
func file(method string, key func(w *World) string, body string) func(w *World, by keys) *request {
	return func(w *World, by keys) *request {
		var b []byte
		if body != "" || method == http.MethodPut {
			b = []byte(body)
		}
		return w.object(by, method, key(w), b)
	}
}

func named(key string) func(*World) string { return func(*World) string { return key } }

// fileRights are the operations of S3 on files of alice's and on the bucket, by those who have no right to them.
func fileRights(*World) []attack {
	private := func(w *World) string { return w.alice.private("secret.txt") }
	protected := func(w *World) string { return "protected/" + w.alice.identity + "/seen.txt" }
	put := func(w *World) string { return w.alice.private("put.txt") }
	const everyone, people = "nothing guest user admin", "guest user"
	list := []grab{
		{id: "get-private", make: file(http.MethodGet, private, ""), may: hers, not: everyone},
		{id: "head-private", make: file(http.MethodHead, private, ""), may: hers, not: people, want: "403"},
		{id: "get-private-version", make: func(w *World, by keys) *request {
			return w.object(by, http.MethodGet, private(w)+"?versionId="+w.versionID, nil)
		}, not: everyone},
		{id: "get-private-attributes", make: func(w *World, by keys) *request {
			return w.object(by, http.MethodGet, private(w)+"?attributes=", nil).add("X-Amz-Object-Attributes", "ETag")
		}, not: people},
		{id: "put-private", make: file(http.MethodPut, put, "theirs"), may: hers, not: everyone},
		{id: "delete-private", make: file(http.MethodDelete, put, ""), may: hers, not: everyone},
		{id: "begin-parts-in-private", make: func(w *World, by keys) *request { return w.object(by, http.MethodPost, put(w)+"?uploads=", nil) }, may: hers, not: people},
		{id: "put-a-part", make: func(w *World, by keys) *request {
			return w.object(by, http.MethodPut, w.alice.private("parts")+"?partNumber=1&uploadId="+w.parts, []byte("part"))
		}, may: hers, not: people},
		{id: "list-parts", make: func(w *World, by keys) *request {
			return w.object(by, http.MethodGet, w.alice.private("parts")+"?uploadId="+w.parts, nil)
		}, not: people},
		{id: "get-protected", make: file(http.MethodGet, protected, ""), may: hers, not: "nothing guest"},
		{id: "put-protected", make: file(http.MethodPut, protected, "what users see"), may: hers, not: everyone},
		{id: "get-upload", make: func(w *World, by keys) *request { return w.object(by, http.MethodGet, w.alice.sent("kept"), nil) }, not: people},
		{id: "put-upload", make: func(w *World, by keys) *request { return w.object(by, http.MethodPut, w.alice.sent("extra"), drawn()) }, may: hers, not: everyone},
		{id: "get-tags", make: func(w *World, by keys) *request { return w.object(by, http.MethodGet, private(w)+"?tagging=", nil) }, not: people},
		{id: "put-public", make: file(http.MethodPut, named("public/products/x.png"), "x"), not: everyone},
		{id: "put-draft", make: file(http.MethodPut, named("drafts/x"), "x"), not: everyone},
		{id: "put-original", make: func(w *World, by keys) *request {
			return w.object(by, http.MethodPut, "originals/"+w.bob.sub+"/x", []byte("x"))
		}, not: people},
		{id: "put-answer", make: file(http.MethodPut, named("answers/x"), "x"), not: people},
		{id: "put-at-the-root", make: file(http.MethodPut, named("index.html"), "x"), not: everyone},
		{id: "location", make: file(http.MethodGet, named("?location="), ""), not: everyone},
		{id: "versioning", make: file(http.MethodGet, named("?versioning="), ""), not: people},
		{id: "cors", make: file(http.MethodGet, named("?cors="), ""), not: people},
		{id: "encryption", make: file(http.MethodGet, named("?encryption="), ""), not: people},
		{id: "list-buckets", make: func(w *World, by keys) *request {
			r := to(http.MethodGet, w.endpoint("s3"), "/", nil)
			if by.id != "" {
				w.signedBy(by, "s3", r)
			}
			return r
		}, not: everyone},
		{id: "copy-private", make: func(w *World, by keys) *request {
			target := w.alice.private("copy.txt")
			if by == w.bob.keys {
				target = w.bob.private("copy.txt")
			}
			return w.object(by, http.MethodPut, target, []byte{}).add("X-Amz-Copy-Source", "/"+w.bucket+"/"+url.PathEscape(private(w)))
		}, may: hers, not: "user"},
		{id: "copy-private-into-parts", make: func(w *World, by keys) *request {
			return w.object(by, http.MethodPut, w.alice.private("parts")+"?partNumber=2&uploadId="+w.parts, []byte{}).add("X-Amz-Copy-Source", "/"+w.bucket+"/"+url.PathEscape(private(w)))
		}, may: hers, not: people},
		{id: "copy-to-public", make: func(w *World, by keys) *request {
			return w.object(by, http.MethodPut, "public/products/y.png", []byte{}).add("X-Amz-Copy-Source", "/"+w.bucket+"/"+url.PathEscape("protected/"+w.alice.identity+"/seen.txt"))
		}, not: "user admin"},
	}
	return append(grabs(fileActions, list), settingsOfBucket()...)
}

// settingsOfBucket are changes of the bucket and of rights over a file. The control is that the same person reads their own file: nobody
// may do these, and the sandbox does not carry them out.
func settingsOfBucket() []attack {
	var list []attack
	for _, of := range []string{"acl", "policy", "publicAccessBlock", "website", "lifecycle", "notification", "replication", "logging", "versioning", "ownershipControls", "cors", "tagging"} {
		list = append(list, against(ownFile, "user", fileActions, []row{{id: "set-" + strings.ToLower(of) + "-of-the-bucket", want: noRight, change: func(_ *World, r *request) {
			r.method, r.target = http.MethodPut, "/?"+of+"="
			r.carry("<x/>")
		}}})...)
	}
	for _, of := range []string{"acl", "retention", "legal-hold", "tagging", "renameObject"} {
		want := noRight
		if of == "renameObject" {
			want = noRight + " or 501 NotImplemented"
		}
		list = append(list, against(ownFile, "user", fileActions, []row{{id: "set-" + of + "-of-a-file", want: want, change: func(_ *World, r *request) {
			r.method, r.target = http.MethodPut, r.target+"?"+of+"="
			r.carry("<x/>")
		}}})...)
	}
	return append(list, against(ownFile, "user", fileActions, []row{
		{id: "delete-the-bucket", want: noRight, change: func(_ *World, r *request) { r.method, r.target = http.MethodDelete, "/" }},
		{id: "delete-the-policy", want: noRight, change: func(_ *World, r *request) { r.method, r.target = http.MethodDelete, "/?policy=" }},
		{id: "restore-a-file", want: noRight, change: func(_ *World, r *request) {
			r.method, r.target = http.MethodPost, r.target+"?restore="
			r.carry("<x/>")
		}},
	})...)
}

// serviceRights are operations of the account's other services, by those who use the backend.
func serviceRights(*World) []attack {
	op := func(service, name string, input func(w *World) map[string]any) func(*World, keys) *request {
		return func(w *World, by keys) *request { return w.operation(by, service, name, input(w)) }
	}
	none := func(*World) map[string]any { return map[string]any{} }
	table := func(w *World) map[string]any { return map[string]any{"TableName": w.tables[0], "Limit": 1} }
	user := func(w *World) map[string]any { return map[string]any{"UserPoolId": w.pool, "Username": w.alice.name} }
	pool := func(w *World) map[string]any { return map[string]any{"UserPoolId": w.pool} }
	const denied, people = "400 AccessDeniedException", "guest user admin"
	list := []grab{
		{id: "tables-list", make: op("dynamodb", "ListTables", none), not: "nothing guest user admin", want: denied},
		{id: "tables-scan", make: op("dynamodb", "Scan", table), not: "nothing guest user admin", want: denied},
		{id: "tables-describe", make: op("dynamodb", "DescribeTable", func(w *World) map[string]any { return map[string]any{"TableName": w.tables[0]} }), not: people, want: denied},
		{id: "tables-statement-by-batch", make: op("dynamodb", "BatchGetItem", func(w *World) map[string]any {
			return map[string]any{"RequestItems": map[string]any{w.productsTable(): map[string]any{"Keys": []any{map[string]any{"id": map[string]any{"S": w.draft}}}}}}
		}), not: people, want: denied},
		{id: "tables-get", make: op("dynamodb", "GetItem", func(w *World) map[string]any {
			return map[string]any{"TableName": w.productsTable(), "Key": map[string]any{"id": map[string]any{"S": w.draft}}}
		}), not: people, want: denied},
		{id: "users-list", make: op("cognito-idp", "ListUsers", pool), not: "nothing guest user admin", want: denied},
		{id: "users-get", make: op("cognito-idp", "AdminGetUser", user), not: "nothing guest user admin", want: denied},
		{id: "users-groups", make: op("cognito-idp", "AdminListGroupsForUser", user), not: people, want: denied},
		{id: "users-in-a-group", make: op("cognito-idp", "ListUsersInGroup", func(w *World) map[string]any { return map[string]any{"UserPoolId": w.pool, "GroupName": "Admins"} }), not: people, want: denied},
		{id: "users-promote", make: op("cognito-idp", "AdminAddUserToGroup", func(w *World) map[string]any {
			return map[string]any{"UserPoolId": w.pool, "Username": w.boss.name, "GroupName": "Admins"}
		}), not: "nothing guest user admin", want: denied},
		{id: "users-attributes", make: op("cognito-idp", "AdminUpdateUserAttributes", func(w *World) map[string]any {
			return map[string]any{"UserPoolId": w.pool, "Username": w.victims[11].name, "UserAttributes": []any{map[string]any{"Name": "email_verified", "Value": "true"}}}
		}), not: people, want: denied},
		{id: "users-enable", make: op("cognito-idp", "AdminEnableUser", user), not: people, want: denied},
		{id: "identities-list", make: op("cognito-identity", "ListIdentities", func(w *World) map[string]any { return map[string]any{"IdentityPoolId": w.identities, "MaxResults": 1} }), not: people, want: denied},
		{id: "logs-groups", make: op("logs", "DescribeLogGroups", none), not: people, want: denied},
		{id: "events-rules", make: op("events", "ListRules", none), not: people, want: denied},
		{id: "parameter", make: op("ssm", "GetParameter", func(*World) map[string]any { return map[string]any{"Name": "/cdk-bootstrap/hnb659fds/version"} }), not: people, want: denied},
		{id: "stacks", make: func(w *World, by keys) *request {
			return w.form(by, "cloudformation", url.Values{"Action": {"DescribeStacks"}, "Version": {"2010-05-15"}})
		}, not: people, want: "403 AccessDenied", page: commonErrors},
		{id: "functions", make: func(w *World, by keys) *request {
			r := to(http.MethodGet, w.endpoint("lambda"), "/2015-03-31/functions", nil)
			r.plain = true
			return w.signedBy(by, "lambda", r)
		}, not: people, want: "403 AccessDeniedException"},
		{id: "be-the-deployer", make: func(w *World, by keys) *request {
			return w.form(by, "sts", url.Values{"Action": {"AssumeRole"}, "Version": {"2011-06-15"}, "RoleSessionName": {"attack"},
				"RoleArn": {"arn:aws:iam::" + w.overview.Account + ":role/cdk-hnb659fds-deploy-role-" + w.overview.Account + "-" + w.region}})
		}, not: people, want: "403 AccessDenied", page: stsErrors},
	}
	return append(grabs(jsonErrors, list), otherServices()...)
}

// otherServices are those that answer requests of another form, by people who use the backend.
func otherServices() []attack {
	get := func(service, path string) func(*World, keys) *request {
		return func(w *World, by keys) *request {
			r := to(http.MethodGet, w.endpoint(service), strings.NewReplacer("API", strings.Split(w.api, ".")[0], "CDN", w.distribution).Replace(path), nil)
			if service == "cloudfront" {
				r.set("Host", "cloudfront.amazonaws.com")
			}
			r.plain = true
			return w.signedBy(by, service, r)
		}
	}
	form := func(service, version, action string, more url.Values) func(*World, keys) *request {
		return func(w *World, by keys) *request {
			values := url.Values{"Action": {action}, "Version": {version}}
			for name, value := range more {
				values.Set(name, strings.NewReplacer("ACCOUNT", w.overview.Account, "REGION", w.region, "TOKEN", w.bob.id).Replace(value[0]))
			}
			return w.form(by, service, values)
		}
	}
	const people = "guest user admin"
	list := grabs(jsonErrors, []grab{
		{id: "api-resolvers", make: get("appsync", "/v1/apis/API/functions"), not: people, want: "403 AccessDeniedException"},
		{id: "cdn-invalidations", make: get("cloudfront", "/2020-05-31/distribution/CDN/invalidation"), not: people, want: noRight},
		{id: "topics", make: form("sns", "2010-03-31", "ListTopics", nil), not: people, want: "403 AuthorizationError", page: "https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html"},
		{id: "function-invoked", make: func(w *World, by keys) *request {
			r := to(http.MethodGet, w.endpoint("lambda"), "/2015-03-31/functions", nil)
			r.plain = true
			var all struct {
				Functions []struct{ FunctionName string }
			}
			_ = w.must(context.Background(), w.signedBy(w.root, "lambda", r), &all)
			r = to(http.MethodPost, w.endpoint("lambda"), "/2015-03-31/functions/"+all.Functions[0].FunctionName+"/invocations", []byte("{}"))
			r.plain = true
			return w.signedBy(by, "lambda", r)
		}, not: people, want: "403 AccessDeniedException"},
	})
	// What the sandbox has no operation for leads nowhere. Who adds one of them has to say here what denies it.
	who := form("sts", "2011-06-15", "GetCallerIdentity", nil)
	for id, make := range inOrder(map[string]func(*World, keys) *request{
		"by-a-token-of-the-pool": form("sts", "2011-06-15", "AssumeRoleWithWebIdentity", url.Values{"RoleSessionName": {"attack"}, "WebIdentityToken": {"TOKEN"}, "RoleArn": {"arn:aws:iam::ACCOUNT:role/cdk-hnb659fds-deploy-role-ACCOUNT-REGION"}}),
		"by-saml":                form("sts", "2011-06-15", "AssumeRoleWithSAML", url.Values{"SAMLAssertion": {"PHg+"}, "RoleArn": {"arn:aws:iam::ACCOUNT:role/x"}, "PrincipalArn": {"arn:aws:iam::ACCOUNT:saml-provider/x"}}),
		"by-a-session":           form("sts", "2011-06-15", "GetSessionToken", nil),
		"by-federation":          form("sts", "2011-06-15", "GetFederationToken", url.Values{"Name": {"attack"}}),
		"by-no-name":             form("sts", "2011-06-15", "BecomeRoot", nil),
	}) {
		list = append(list, attack{id: "another-role-" + id, has: "user", want: "400 InvalidAction", page: stsErrors,
			control: sends(func(w *World) *request { return who(w, w.bob.keys) }), try: sends(func(w *World) *request { return make(w, w.bob.keys) })})
	}
	return list
}

// productsTable is the table of the catalogue.
func (w *World) productsTable() string {
	for _, name := range w.tables {
		if strings.Contains(strings.ToLower(name), "product") {
			return name
		}
	}
	return w.tables[0]
}
