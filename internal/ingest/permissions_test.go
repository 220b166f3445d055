package ingest_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
)

// renderAll has sets of photos, drafts and live products made anew, of the original and of a file of their own.
func (b *bucket) renderAll() error {
	for area, folder := range map[string]string{"public/photos/": folderA, "drafts/": folderA, "public/products/": folderB} {
		set, original := area+folder+"/", "originals/"+sub+"/"+folder
		b.put(set+"200.jpg", photo(b.t, 1))
		b.put(original, photo(b.t, 1))
		for _, from := range []string{original, set + "200.jpg"} {
			if answer, err := b.pictures().Handle(ctx, json.RawMessage(renderEvent(set, from))); err != nil || answer.Error != "" {
				return fmt.Errorf("%s of %s: %s %w", set, from, answer.Error, err)
			}
		}
	}
	return nil
}

// statementsOf is the column of a function in the access table, one statement an action and an area: what its role has, but
// what the parts of a large upload would need, which a function that puts in one piece does not use.
func statementsOf(function access.Principal) []document {
	var all []document
	for _, statement := range access.Statements(access.Rules(), function) {
		for _, action := range statement.Actions {
			one := document{"Effect": "Allow", "Action": action}
			switch {
			case action == "s3:AbortMultipartUpload" || action == "s3:ListMultipartUploadParts":
				continue
			case statement.Keys != nil:
				var keys []any
				for _, key := range statement.Keys {
					keys = append(keys, "arn:aws:s3:::files-*/"+key)
				}
				one["Resource"] = keys
			default:
				var prefixes []any
				for _, prefix := range statement.Prefixes {
					prefixes = append(prefixes, prefix)
				}
				one["Resource"], one["Condition"] = "arn:aws:s3:::files-*", document{"StringLike": document{"s3:prefix": prefixes}}
			}
			all = append(all, one)
		}
	}
	return all
}

// What the functions may do. All tests run with these.
var picturesPolicy, removerPolicy = statementsOf(access.Pictures), statementsOf(access.Remover)

// named is a statement in words, as in "s3:GetObject drafts/*".
func named(statement document) string {
	name := fmt.Sprint(statement["Action"])
	if condition, listing := statement["Condition"]; listing {
		return fmt.Sprint(name, " ", condition)
	}
	for _, key := range statement["Resource"].([]any) {
		name += strings.Replace(fmt.Sprint(key), "arn:aws:s3:::files-*/", " ", 1)
	}
	return name
}

// tours do all that a function does, and say what failed first.
var tours = map[string]func(b *bucket) error{
	"pictures": func(b *bucket) error {
		b.put(upload, photo(b.t, 1))
		b.draft("drafts/" + folderA + "/")
		b.draft("public/products/" + folderB + "/")
		for _, event := range []string{
			makePhoto, makePhoto, makeEvent("drafts/", upload, sub), makeClaimed("public/products/", upload, sub, product+".4."+uuid),
			copyEvent("drafts/"+folderA+"/", "public/products/", folderA+".3", "160.webp"),
			copyEvent("public/products/"+folderB+"/", "drafts/", folderB+".4", "160.webp"),
			mainEvent(product, "public/products/"+folderB+"/200.jpg"),
			streamed(changed(1, row(product, "LIVE", folderB), "")),
		} {
			if answer, err := b.pictures().Handle(ctx, json.RawMessage(event)); err != nil || answer.Error != "" || answer.Gone || answer.Failures != nil {
				return fmt.Errorf("%s: %s %w", event, answer.Error, err)
			}
		}
		return b.renderAll()
	},
	"remover": func(b *bucket) error {
		objects := []string{upload, "originals/" + sub + "/" + folderA, "answers/" + uuid, "answers/" + product + ".3." + uuid, "answers/" + folderA + ".3", "public/products/" + product + "/main.jpg"}
		for _, key := range objects {
			b.put(key, []byte(key))
		}
		folders := []string{"public/photos/" + folderA + "/", "hidden/photos/" + folderA + "/", "public/products/" + folderB + "/", "drafts/" + folderA + "/"}
		for _, folder := range folders {
			b.draft(folder)
		}
		_, err := b.remover().Handle(ctx, json.RawMessage(removeEvent(folders, objects)))
		return err
	},
}

// Each verb of the column is needed, in each of its areas, and together they are enough.
func TestPermissions_areTheLeast(t *testing.T) {
	r := newRig(t)
	for role, statements := range map[string][]document{"pictures": picturesPolicy, "remover": removerPolicy} {
		want(t, role+" with all", tours[role](r.newBucket()), nil)
		for i, statement := range statements {
			if key := named(statement); strings.HasSuffix(key, "protected/*") || strings.HasSuffix(key, "private/*") {
				continue // what it does there for those who leave is tried in sandbox/person_rights_test.go
			}
			name := fmt.Sprintf("%s%d", role, i)
			r.role(name, slices.Delete(slices.Clone(statements), i, i+1))
			r.keys[role] = r.keys[name]
			needed := tours[role](r.newBucket()) != nil
			if !needed {
				t.Errorf("%s: got all done without %s, want it needed", role, named(statement))
			}
		}
	}
}
