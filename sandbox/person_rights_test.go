package sandbox_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	erase "lightbox.example/lightbox/internal/person"
)

// rights are what Erase asks for, as the comment of its package says.
func rights(names erase.Names) []statement {
	table := func(name string) string { return "arn:aws:dynamodb:us-east-1:000000000000:table/" + name }
	files := "arn:aws:s3:::" + names.Bucket
	areas := []string{"uploads/*", "originals/*", "protected/*", "private/*"}
	var objects []string
	for _, area := range areas {
		objects = append(objects, files+"/"+area)
	}
	return []statement{
		{Action: []string{"cognito-idp:AdminGetUser", "cognito-idp:AdminDeleteUser"}, Resource: []string{"arn:aws:cognito-idp:us-east-1:000000000000:userpool/" + names.UserPool}},
		{Action: []string{"cognito-identity:DeleteIdentities"}, Resource: []string{"*"}},
		{Action: []string{"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem"}, Resource: []string{table(names.Photos)}},
		{Action: []string{"dynamodb:UpdateItem"}, Resource: []string{table(names.Products)}},
		{Action: []string{"dynamodb:Query"}, Resource: []string{
			table(names.Photos), table(names.Photos + "/index/byOwner"), table(names.Photos + "/index/byAuthor"), table(names.Products + "/index/byState"),
		}},
		{Action: []string{"s3:DeleteObjectVersion"}, Resource: objects},
		{Action: []string{"s3:ListBucketVersions"}, Resource: []string{files}, Condition: map[string]map[string][]string{"StringLike": {"s3:prefix": areas}}},
	}
}

type statement struct {
	Effect           string
	Action, Resource []string
	Condition        map[string]map[string][]string `json:",omitempty"`
}

// each are the statements of one action on one resource, and by one prefix.
func (s statement) each() (all []statement) {
	for _, action := range s.Action {
		for _, resource := range s.Resource {
			one := statement{Action: []string{action}, Resource: []string{resource}}
			for _, prefix := range s.Condition["StringLike"]["s3:prefix"] {
				one.Condition = map[string]map[string][]string{"StringLike": {"s3:prefix": {prefix}}}
				all = append(all, one)
			}
			if s.Condition == nil {
				all = append(all, one)
			}
		}
	}
	return all
}

// Erase does with these rights, and with none less.
func TestErase_needsTheRightsThatItSays(t *testing.T) {
	l := withLeaving(t)
	round := func(name string, statements ...statement) error {
		policy, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
		if err != nil {
			t.Fatal(err)
		}
		who := l.joins(t, name, "Admins")
		boss, err := l.enter(l.backend.people(t), name)
		if err == nil {
			_, err = l.createProduct(boss, name, 1)
		}
		if err == nil {
			err = l.stores(t, nil).Mark(t.Context(), who)
		}
		if err != nil {
			t.Fatal(err)
		}
		stores := l.storesOf(t, nil, assumed(t, l.s, string(policy)))
		_, first := stores.Erase(t.Context(), who, nil)
		l.aged(t, who)
		_, last := stores.Erase(t.Context(), who, nil)
		return errors.Join(first, last)
	}
	all := rights(l.stores(t, nil).Names)
	for i := range all {
		all[i].Effect = "Allow"
	}
	if err := round("control", all...); err != nil {
		t.Errorf("control: with all: %v", err)
	}
	everything := statement{Effect: "Allow", Action: []string{"*"}, Resource: []string{"*"}}
	for g, group := range all {
		for i, one := range group.each() {
			one.Effect = "Deny"
			if err := round(fmt.Sprintf("p%d-%d", g, i), everything, one); err == nil || !strings.Contains(err.Error(), "AccessDenied") {
				t.Errorf("without %v: got %v, want it denied", one, err)
			}
		}
	}
}

// So does Mark, of an identity that somebody says is theirs.
func TestMark_needsTheRightsThatItSays(t *testing.T) {
	l := withLeaving(t)
	pool, names := l.backend.people(t), l.stores(t, nil).Names
	pool.SignUp("leaver")
	leaver, err := l.enter(pool, "leaver")
	if err != nil {
		t.Fatal(err)
	}
	who := erase.Person{Sub: leaver.sub, Identities: []string{leaver.identity}}
	mark := func(statements ...statement) error {
		policy, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
		if err != nil {
			t.Fatal(err)
		}
		return l.storesOf(t, nil, assumed(t, l.s, string(policy))).Mark(t.Context(), who)
	}
	all := statement{Effect: "Allow", Resource: []string{
		"*", "arn:aws:cognito-idp:us-east-1:000000000000:userpool/" + names.UserPool, "arn:aws:dynamodb:us-east-1:000000000000:table/" + names.Photos,
	}, Action: []string{"cognito-identity:DescribeIdentity", "cognito-idp:ListUsers", "dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:UpdateItem"}}
	for _, action := range all.Action {
		one := statement{Effect: "Deny", Resource: []string{"*"}, Action: []string{action}}
		if err := mark(all, one); err == nil || !strings.Contains(err.Error(), "AccessDenied") || len(l.identitiesOf(t, leaver.sub)) > 0 {
			t.Errorf("without %v: got %v, want it denied and nothing written", action, err)
		}
	}
	if err := mark(all); err != nil {
		t.Errorf("control: with all: %v", err)
	}
}
