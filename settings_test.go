package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/sandbox"
)

// A changedSetting is prod with settings that differ.
type changedSetting struct {
	fields   []string // of config.Config, that it sets
	settings map[string]any
	// refused is what the sandbox says that it does not have, "" where it takes the change.
	refused string
}

const (
	certificate = "arn:aws:acm:us-east-1:111122223333:certificate/0f0e0d0c-0b0a-4908-8706-050403020100"
	webACL      = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/images/0f0e0d0c-0b0a-4908-8706-050403020100"
	regionalACL = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/calls/0f0e0d0c-0b0a-4908-8706-050403020100"
)

// changedSettings change each setting of an environment alone, or with those that it can't be without.
var changedSettings = map[string]changedSetting{
	"account":          {[]string{"Account"}, map[string]any{"account": "111122223333"}, "got the account 111122223333, want 000000000000"},
	"region":           {[]string{"Region"}, map[string]any{"region": "eu-west-1"}, "got the region eu-west-1, want us-east-1"},
	"webOrigins":       {[]string{"WebOrigins"}, map[string]any{"webOrigins": []any{"https://a.example", "https://b.example:8443"}}, ""},
	"openOrigins":      {[]string{"OpenOrigins"}, map[string]any{"openOrigins": true}, ""},
	"removeData":       {[]string{"RemoveData"}, map[string]any{"removeData": true, "allowDeletion": true}, ""},
	"allowDeletion":    {[]string{"AllowDeletion"}, map[string]any{"allowDeletion": true}, ""},
	"mfa off":          {[]string{"MFA"}, map[string]any{"mfa": "off"}, ""},
	"mfa required":     {[]string{"MFA"}, map[string]any{"mfa": "required"}, ""},
	"threatProtection": {[]string{"ThreatProtection"}, map[string]any{"threatProtection": true}, "AWS::Cognito::UserPool.UserPoolAddOns is not supported by the sandbox"},
	"logRetentionDays": {[]string{"LogRetentionDays"}, map[string]any{"logRetentionDays": 14}, ""},
	"disableTracing":   {[]string{"DisableTracing"}, map[string]any{"disableTracing": true}, ""},
	"introspection":    {[]string{"Introspection"}, map[string]any{"introspection": true}, ""},
	"api.webAclArn":    {[]string{"API.WebACLARN"}, map[string]any{"region": "us-east-1", "api": map[string]any{"webAclArn": regionalACL}}, ""},
	"auth.signUp":      {[]string{"Auth.NoSignUp"}, map[string]any{"auth": map[string]any{"signUp": false}}, ""},
	"auth.webAclArn":   {[]string{"Auth.WebACLARN"}, map[string]any{"region": "us-east-1", "auth": map[string]any{"webAclArn": regionalACL}}, ""},
	"cdn.domain": {
		[]string{"CDN.Domain", "CDN.CertificateARN"},
		map[string]any{"cdn": map[string]any{"domain": "images.example.com", "certificateArn": certificate}},
		"AWS::CloudFront::Distribution.DistributionConfig.Aliases is not supported by the sandbox",
	},
	"cdn.webAclArn": {
		[]string{"CDN.WebACLARN"}, map[string]any{"cdn": map[string]any{"webAclArn": webACL}},
		"AWS::CloudFront::Distribution.DistributionConfig.WebACLId is not supported by the sandbox",
	},
	"cdn.priceClass": {[]string{"CDN.PriceClass"}, map[string]any{"cdn": map[string]any{"priceClass": "PriceClass_100"}}, ""},
	"site":           {[]string{"Site.Present"}, map[string]any{"site": map[string]any{}}, ""},
	"site.domain": {
		[]string{"Site.Domain", "Site.CertificateARN"},
		map[string]any{"site": map[string]any{"domain": "www.example.org", "certificateArn": certificate}},
		"AWS::CloudFront::Distribution.DistributionConfig.Aliases is not supported by the sandbox",
	},
	"tables.maxReadRequestUnits":   {[]string{"Tables.MaxReadRequestUnits"}, map[string]any{"tables": map[string]any{"maxReadRequestUnits": 7}}, ""},
	"tables.maxWriteRequestUnits":  {[]string{"Tables.MaxWriteRequestUnits"}, map[string]any{"tables": map[string]any{"maxWriteRequestUnits": 7}}, ""},
	"tables.restored.products":     {[]string{"Tables.Restored.Products"}, map[string]any{"tables": map[string]any{"restored": map[string]any{"products": "Products-restored"}}}, ""},
	"tables.restored.photos":       {[]string{"Tables.Restored.Photos"}, map[string]any{"tables": map[string]any{"restored": map[string]any{"photos": "Photos-restored"}}}, ""},
	"pictures.perDay":              {[]string{"Pictures.PerDay"}, map[string]any{"pictures": map[string]any{"perDay": 0}}, ""},
	"pictures.perUser":             {[]string{"Pictures.PerUser"}, map[string]any{"pictures": map[string]any{"perUser": 1}}, ""},
	"pictures.bytesPerUser":        {[]string{"Pictures.BytesPerUser"}, map[string]any{"pictures": map[string]any{"bytesPerUser": 30_000_000}}, ""},
	"pictures.keepOriginals":       {[]string{"Pictures.DropOriginals"}, map[string]any{"pictures": map[string]any{"keepOriginals": false}}, ""},
	"pictures.avif":                {[]string{"Pictures.AVIF"}, map[string]any{"pictures": map[string]any{"avif": true}}, ""},
	"pictures.reservedConcurrency": {[]string{"Pictures.ReservedConcurrency"}, map[string]any{"pictures": map[string]any{"reservedConcurrency": 7}}, ""},
	"email": {
		[]string{"Email.From", "Email.SESIdentityARN"},
		map[string]any{"email": map[string]any{"from": "shop@example.com", "sesIdentityArn": "arn:aws:ses:us-east-1:111122223333:identity/example.com"}}, "",
	},
	"social": {
		[]string{"Social.Provider", "Social.ClientID", "Social.ClientSecretName", "Social.DomainPrefix"},
		map[string]any{"social": map[string]any{"provider": "Google", "clientId": "id", "clientSecretName": "name", "domainPrefix": "shop"}},
		"Unrecognized resource types: [AWS::Cognito::UserPoolIdentityProvider]",
	},
	"alarms.email":   {[]string{"Alarms.Email"}, map[string]any{"alarms": map[string]any{"email": "ops@example.com"}}, ""},
	"budget.monthly": {[]string{"Budget.Monthly"}, map[string]any{"alarms": map[string]any{"email": "ops@example.com"}, "budget": map[string]any{"monthly": 50}}, ""},
	"tags":           {[]string{"Tags"}, map[string]any{"tags": map[string]any{"project": "lightbox", "team": "pictures"}}, ""},
}

// fields are the names of a struct's fields, those of structs in it with the path.
func fields(of reflect.Type, path string) []string {
	var names []string
	for i := range of.NumField() {
		field := of.Field(i)
		if field.Type.Kind() == reflect.Struct {
			names = append(names, fields(field.Type, path+field.Name+".")...)
			continue
		}
		names = append(names, path+field.Name)
	}
	return names
}

// Each setting of prod, changed after a deployment, is deployed: all but those that the sandbox refuses by name.
func TestSettings_canBeChangedAfterADeployment(t *testing.T) {
	covered := []string{"App", "Env", "Architecture"} // other stacks, or none that this machine runs
	for _, change := range changedSettings {
		covered = append(covered, change.fields...)
	}
	for _, field := range fields(reflect.TypeFor[config.Config](), "") {
		if !slices.Contains(covered, field) {
			t.Errorf("config.Config.%s is changed by no test, want a row in changedSettings", field)
		}
	}
	before := shipped(t, "prod").folder
	changes := changedSettings
	if !*alone {
		changes = map[string]changedSetting{}
		for i, settings := range together(func(c changedSetting) bool { return c.refused == "" }) {
			changes[fmt.Sprint("many at once, ", i+1)] = changedSetting{settings: settings}
		}
		for name, change := range changedSettings {
			if change.refused != "" {
				changes[name] = change
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		t.Run(name, func(t *testing.T) {
			change := changes[name]
			c := newCloud(t)
			c.must(before)
			done := 0
			folder := prodWith(t, change.settings)
			planAddsUp(t, change.settings, folder)
			err := c.Deploy(context.Background(), folder, func(e sandbox.Event) {
				if e.OfStack() && e.Status == "UPDATE_COMPLETE" {
					done++
				}
			})
			switch {
			case change.refused == "" && err != nil:
				t.Errorf("got %v, want it deployed", err)
			case change.refused != "" && (err == nil || !strings.Contains(err.Error(), change.refused)):
				t.Errorf("got %v, want %q", err, change.refused)
			case change.refused == "" && done == 0:
				t.Error("no stack was updated: the change changes nothing")
			}
			for _, stack := range c.Overview().Stacks {
				if !strings.HasSuffix(stack.Status, "_COMPLETE") {
					t.Errorf("%s is %s, want it at rest", stack.Name, stack.Status)
				}
			}
		})
	}
}

// together are changes of settings, in as few environments as take each of them.
func together(some func(changedSetting) bool) []map[string]any {
	var all []map[string]any
	for _, name := range slices.Sorted(maps.Keys(changedSettings)) {
		change := changedSettings[name]
		if !some(change) {
			continue
		}
		if into := slices.IndexFunc(all, func(others map[string]any) bool { return merge(others, change.settings, false) }); into >= 0 {
			merge(all[into], change.settings, true)
			continue
		}
		all = append(all, map[string]any{})
		merge(all[len(all)-1], change.settings, true)
	}
	return all
}

// merge tells whether settings can stand beside others, and with do makes them.
func merge(others, settings map[string]any, do bool) bool {
	for key, value := range settings {
		other, taken := others[key]
		objects, areObjects := other.(map[string]any)
		object, isObject := value.(map[string]any)
		switch {
		case taken && areObjects && isObject:
			if !merge(objects, object, do) {
				return false
			}
		case taken && !reflect.DeepEqual(other, value):
			return false
		case do && isObject:
			others[key] = maps.Clone(object)
		case do:
			others[key] = value
		}
	}
	return true
}

var alone = flag.Bool("alone", false, "change each setting alone, instead of many at once")

// Access is proven by the synth with each setting, and no rule of the CDK's is violated.
func TestSettings_keepWhatIsProven(t *testing.T) {
	all := together(func(changedSetting) bool { return true })
	if *alone {
		all = nil
		for _, change := range changedSettings {
			all = append(all, change.settings)
		}
	}
	for _, settings := range all {
		if templates := cdktest.Synth(t, changedContext(t, "prod", settings), build); len(templates) != len(stacksWith(settings)) {
			t.Errorf("%v: got %d stacks, want %v", settings, len(templates), stacksWith(settings))
		}
	}
}

// stacksWith are the stacks of an environment with some settings.
func stacksWith(settings map[string]any) []string {
	all := []string{"Auth", "Identity", "FileStorage", "CDN", "API"}
	if settings["site"] != nil {
		all = append(all, "Site")
	}
	if settings["alarms"] != nil {
		all = append(all, "Operations")
	}
	if region := settings["region"]; settings["alarms"] != nil && region != nil && region != "us-east-1" {
		all = append(all, "OperationsGlobal")
	}
	return all
}
