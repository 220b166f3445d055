package config

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// readSettings reads the object of one environment.
func readSettings(o *object) Config {
	o.know("region", property{kind: "string", enum: anyOf(goodRegions()), required: true})
	cfg := Config{
		Account:          o.text("account", account),
		Region:           o.text("region", region),
		OpenOrigins:      o.flag("openOrigins"),
		RemoveData:       o.flag("removeData"),
		AllowDeletion:    o.flag("allowDeletion"),
		MFA:              word(o, "mfa", MFAOptional, MFAOff, MFAOptional, MFARequired),
		ThreatProtection: o.flag("threatProtection"),
		LogRetentionDays: o.oneNumber("logRetentionDays", 30, "days that CloudWatch Logs knows: ", retentionDays),
		DisableTracing:   o.flag("disableTracing"),
		Introspection:    o.flag("introspection"),
		CDN:              readCDN(o.object("cdn")),
		Site:             readSite(o),
		Tables:           readTables(o.object("tables")),
		Pictures:         readPictures(o.object("pictures")),
		Email:            readEmail(o.object("email")),
		Alarms:           readAlarms(o.object("alarms")),
		Tags:             readTags(o.object("tags")),
	}
	cfg.WebOrigins = readOrigins(o, cfg.OpenOrigins, cfg.Site)
	cfg.API.WebACLARN = readGuard(o.object("api"), cfg)
	cfg.Auth.WebACLARN = readGuard(o.object("auth"), cfg)
	cfg.Budget = readBudget(o.object("budget"), cfg.Alarms)
	cfg.Social = readSocial(o.object("social"), cfg.WebOrigins)
	if cfg.Site.Domain != "" && cfg.Site.Domain == cfg.CDN.Domain {
		o.refuse(o.at("site")+".domain", quote(cfg.Site.Domain), "another name than cdn.domain: a name is one distribution's")
	}
	if !o.has("region") {
		o.refuse(o.at("region"), "nothing", `a region, as in "eu-west-1"`)
	}
	if cfg.RemoveData && !cfg.AllowDeletion {
		o.refuse(o.at("removeData"), "true", `"allowDeletion": true beside it: what is protected from deletion cannot be removed`)
	}
	o.done()
	return cfg
}

// retentionDays are the periods that CloudWatch Logs accepts.
//
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentionDays = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
	1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// readGuard reads an object of what stands before something of the environment's region and account.
func readGuard(o *object, cfg Config) string {
	arn := o.text("webAclArn", regionalWebACL)
	region, account := placeOf(arn)
	if arn != "" && cfg.Region != "" && region != cfg.Region {
		o.refuse(o.at("webAclArn"), quote(arn), "one in "+cfg.Region+", the environment's region")
	}
	if arn != "" && cfg.Account != "" && account != cfg.Account {
		o.refuse(o.at("webAclArn"), quote(arn), "one of "+cfg.Account+", the environment's account")
	}
	o.done()
	return arn
}

func readCDN(o *object) CDN {
	cdn := CDN{
		Domain:         o.text("domain", domain),
		CertificateARN: o.text("certificateArn", certificate),
		WebACLARN:      o.text("webAclArn", webACL),
		PriceClass:     word(o, "priceClass", "PriceClass_All", "PriceClass_100", "PriceClass_200", "PriceClass_All"),
	}
	o.together("domain", "certificateArn")
	o.done()
	return cdn
}

// readSite reads the object whose being there, empty or not, says that there is a site.
func readSite(o *object) Site {
	members := o.object("site")
	o.known["site"].matters = true
	site := Site{
		Present:        o.has("site"),
		Domain:         members.text("domain", domain),
		CertificateARN: members.text("certificateArn", certificate),
	}
	members.together("domain", "certificateArn")
	members.done()
	return site
}

// atLeast reads a whole number from a range, which is also what an editor is told.
func (o *object) atLeast(least int, key string, byDefault, most int) int {
	o.know(key, property{kind: "integer", byDefault: byDefault, least: least})
	return o.number(key, byDefault, fmt.Sprintf("a whole number from %d to %d", least, most), func(n int) bool { return least <= n && n <= most })
}

func readTables(o *object) Tables {
	tables := Tables{
		MaxReadRequestUnits:  o.atLeast(1, "maxReadRequestUnits", 160, math.MaxInt32),
		MaxWriteRequestUnits: o.atLeast(1, "maxWriteRequestUnits", 65, math.MaxInt32),
	}
	o.done()
	return tables
}

func readPictures(o *object) Pictures {
	pictures := Pictures{
		PerDay:        o.atLeast(1, "perDay", 200, math.MaxInt32),
		PerUser:       o.atLeast(1, "perUser", 10_000, math.MaxInt32),
		BytesPerUser:  o.atLeast(30_000_000, "bytesPerUser", 20_000_000_000, mostNumber),
		DropOriginals: o.unless("keepOriginals"),
		AVIF:          o.flag("avif"),
	}
	if o.has("reservedConcurrency") {
		pictures.ReservedConcurrency = o.atLeast(1, "reservedConcurrency", 0, math.MaxInt32)
	}
	o.know("reservedConcurrency", property{kind: "integer", least: 1})
	o.done()
	return pictures
}

func readEmail(o *object) Email {
	email := Email{
		From:           o.text("from", sender),
		SESIdentityARN: o.text("sesIdentityArn", sesIdentity),
	}
	o.together("from", "sesIdentityArn")
	if email.From != "" && email.SESIdentityARN != "" && !sends(email.SESIdentityARN, email.From) {
		o.refuse(o.at("from"), quote(email.From), fmt.Sprintf("an address of the verified identity %q", identityName(email.SESIdentityARN)))
	}
	o.done()
	return email
}

func readAlarms(o *object) Alarms {
	alarms := Alarms{Email: o.text("email", address)}
	o.done()
	return alarms
}

// readBudget reads the object of the budget, whose mails go where the alarms' do.
func readBudget(o *object, alarms Alarms) Budget {
	budget := Budget{}
	if o.has("monthly") {
		budget.Monthly = o.atLeast(1, "monthly", 0, 999_999_999)
		if alarms.Email == "" {
			o.refuse(o.at("monthly"), fmt.Sprint(o.values["monthly"]), "alarms.email beside it, which gets its mails")
		}
	}
	o.know("monthly", property{kind: "integer", least: 1})
	o.done()
	return budget
}

// readSocial reads the object that sets up social sign-in, which returns to origins.
func readSocial(o *object, origins []string) Social {
	social := Social{
		Provider: word(o, "provider", "", SocialProviders()...),
		ClientID: o.text("clientId", clientID),
		// Never shown: what is refused here may well be the secret itself.
		ClientSecretName: o.shownText("clientSecretName", "", secretName, hide),
		DomainPrefix:     o.text("domainPrefix", domainPrefix),
	}
	if o.together("provider", "clientId", "clientSecretName", "domainPrefix") {
		for _, origin := range origins {
			if want := callback(origin); want != "" {
				o.refuse(o.path, "web origin "+quote(origin), want)
			}
		}
	}
	o.done()
	return social
}

// readTags reads an object of any keys. IAM compares the keys of tags without
// regard to case, so they must differ in more.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_case
func readTags(o *object) map[string]string {
	o.anyKey = true
	if len(o.values) == 0 {
		return nil
	}
	tags := map[string]string{}
	if len(o.values) > mostTags {
		o.refuse(o.path, strconv.Itoa(len(o.values))+" tags", fmt.Sprintf("at most %d", mostTags))
	}
	folded := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(o.values)) {
		if want := tagKey(key); want != "" {
			o.refuse(o.path, "the key "+quote(key), want)
		}
		if first, taken := folded[strings.ToLower(key)]; taken {
			o.refuse(o.path, "the key "+quote(key), "one that differs from "+quote(first)+" in more than case")
		}
		folded[strings.ToLower(key)] = key
		tags[key] = o.text(key, tagValue)
	}
	return tags
}

// oneOf checks for one of a few words.
func oneOf[T ~string](words ...T) check {
	var known, quoted []string
	for _, word := range words {
		known = append(known, string(word))
		quoted = append(quoted, strconv.Quote(string(word)))
	}
	return func(text string) string {
		if slices.Contains(known, text) {
			return ""
		}
		return "one of " + strings.Join(quoted, ", ") + DidYouMean(text, known)
	}
}

// hide stands for a text that must not be printed.
func hide(text string) string {
	return fmt.Sprintf("a text of %d characters, not shown here", len(text))
}

func joinInts(numbers []int) string {
	var words []string
	for _, n := range numbers {
		words = append(words, strconv.Itoa(n))
	}
	return strings.Join(words, ", ")
}
