package cost

import (
	"cmp"
	"fmt"
	"slices"
)

// AWS's own limits, of an account in a region, as they are without a request for more.
const (
	// AppSync gives APIs 5,000 or 10,000 request tokens a second, by the region; a call takes one or more.
	// https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html#aws-appsync-using-token-counts-to-optimize-requests
	appSyncRate = 10_000
	// Units a second of a table that has no ceiling of its own, reads and writes each.
	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
	tableRate = 40_000
	// UserCreation of Cognito, requests a second.
	// https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
	signUpRate = 50
	// Cognito's own sender, mails a day.
	// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
	cognitoMails = 50
	// Requests a second that write to a prefix of a bucket.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
	putRate = 3500
	// Invocations at once; a new account has fewer.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	lambdaConcurrency = 1000
	// A PUT of a file without bytes is about as long, with its headers.
	leastPutBytes = 1500
	// Requests and gigabits a second of a distribution.
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
	cdnRate, cdnGigabits = 250_000, 150
	// Requests a second of a web ACL of scope REGIONAL; at the CDN it has CloudFront's.
	// https://docs.aws.amazon.com/waf/latest/developerguide/limits.html
	wafRate = 100_000
	// A 403 without a body is about as long, with its headers, where HTTP/2 shortens those that it sent before.
	leastAnswerBytes = 100
)

// A Threat is something that strangers can do, and what a month of it costs at most.
type Threat struct {
	Name string `json:"name"`
	// Limit says what ends it.
	Limit string `json:"limit"`
	// Guard is the web ACL that would stand before it, "" for none: then both sums are one.
	Guard Guarded `json:"guard,omitempty"`
	// Open is the sum without that web ACL, and Guarded with its rate-based rule. Today is which of them holds.
	Open    Money `json:"open"`
	Guarded Money `json:"guarded"`
	Today   Money `json:"today"`
}

// A Ceiling is what strangers can cause in a month. What they do at once adds up.
type Ceiling []Threat

// Today is the sum of what holds.
func (c Ceiling) Today() (sum Money) {
	for _, threat := range c {
		sum += threat.Today
	}
	return sum
}

// Open is the sum without any web ACL, and Guarded with all.
func (c Ceiling) Open() (sum Money) {
	for _, threat := range c {
		sum += threat.Open
	}
	return sum
}

// Guarded is the sum with a web ACL before the API, the user pool and the CDN.
func (c Ceiling) Guarded() (sum Money) {
	for _, threat := range c {
		sum += threat.Guarded
	}
	return sum
}

// strangers is what they have, by the second.
type strangers struct {
	f Facts
	u Usage
}

// NewCeiling is what strangers can cause, who have what the file of use says. They try as fast as without a web ACL when there is one:
// it looks at each request, and lets an address make as many as its rule says.
func NewCeiling(f Facts, u Usage) Ceiling {
	s := strangers{f, u}
	return append(append(s.api(), s.pool()...), s.files()...)
}

// allowed is what a web ACL lets through of requests a second.
func (s strangers) allowed(rate int64) int64 {
	return min(rate, s.u.Strangers.Addresses*s.u.WebACL.RequestsPerFiveMinutes/300)
}

// threat is one that a web ACL stands before.
func (s strangers) threat(guard Guarded, name, limit string, rate int64, costs func(requests int64) Money) Threat {
	t := Threat{Name: name, Limit: limit, Guard: guard, Open: costs(rate * seconds), Guarded: costs(s.allowed(rate) * seconds)}
	if t.Today = t.Open; s.f.WebACLs[guard] != "" {
		t.Today = t.Guarded
	}
	return t
}

// regional is what the web ACL of the API or of the user pool takes. It looks at requests before the service counts them for its own
// quota, so the quota of a web ACL alone ends it. One that stands before both is counted at the API.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-waf.html
func (s strangers) regional(guard Guarded) Threat {
	if acl := s.f.WebACLs[guard]; guard == GuardedAuth && acl != "" && acl == s.f.WebACLs[GuardedAPI] {
		return same(looks+"the pool's requests", "it is the API's, and counted there", 0)
	}
	of := map[Guarded]string{GuardedAPI: "the API's requests", GuardedAuth: "the pool's requests"}[guard]
	return s.inspection(guard, of, fmt.Sprintf("WAF's quota, %s requests a second: it looks before others count", grouped(wafRate)), wafRate)
}

// looks begins the names of what a web ACL itself takes.
const looks = "the web ACL's look at "

// inspection is what the web ACL itself takes for requests of strangers.
func (s strangers) inspection(guard Guarded, of, limit string, rate int64) Threat {
	m := webACLs(Facts{WebACLs: map[Guarded]string{guard: "its"}}, s.u.WebACL, map[Guarded]int64{guard: rate * seconds})
	t := Threat{Name: looks + of, Limit: limit, Guard: guard, Guarded: bill(m).Total()}
	if s.f.WebACLs[guard] != "" {
		t.Today = t.Guarded
	}
	return t
}

// same is one that no web ACL stands before.
func same(name, limit string, sum Money) Threat {
	return Threat{Name: name, Limit: limit, Open: sum, Guarded: sum, Today: sum}
}

// api is what guests do to the API.
func (s strangers) api() Ceiling {
	limit := fmt.Sprintf("AppSync's quota, %s requests a second", grouped(appSyncRate))
	one := func(name string, costs func(calls int64) Money) Threat {
		return s.threat(GuardedAPI, name, limit, appSyncRate, costs)
	}
	c := Ceiling{
		one("guests' calls", Prices[Calls].Of),
		// Strangers choose what they ask for, and AWS names no most that an answer has.
		same("answers to them", s.theirs()+", whatever an answer has", Prices[Out].Of(s.speed()*seconds)),
		one("lines in the log, each call failing", func(calls int64) Money {
			return Prices[Logged].Of(calls*logBytes) + Prices[Kept].Of(calls*logBytes/days*s.f.LogDays)
		}),
	}
	if s.f.Traced {
		c = append(c, one("traces of them", func(calls int64) Money { return Prices[Traces].Of(sampled(calls)) }))
	}
	c = append(c, s.regional(GuardedAPI))
	return append(c, same("tables, read and written", "the ceilings of tables and indexes, by best effort", Tables(s.f)),
		same("sockets for updates", fmt.Sprintf("the %s that they keep open, by the file of use", grouped(s.u.Strangers.Connections)),
			Prices[Connected].Of(s.u.Strangers.Connections*minutes)))
}

// Tables is what a month costs in which all tables and indexes serve what their ceilings let them.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html
func Tables(f Facts) Money {
	var reads, writes int64
	for _, table := range f.Tables {
		for i := range table.Reads {
			reads += cmp.Or(table.Reads[i], tableRate)
			writes += cmp.Or(table.Writes[i], tableRate)
		}
	}
	return Prices[Reads].Of(reads*seconds) + Prices[Writes].Of(writes*seconds)
}

// pool is what sign-ups cost. Each is a user who is active, confirmed or not; one whose mail Cognito no longer sends is taken to be none,
// which AWS does not say.
func (s strangers) pool() Ceiling {
	if !s.f.OwnSender {
		users := int64(cognitoMails * days)
		return Ceiling{same("sign-ups", fmt.Sprintf("Cognito's own sender, %d mails a day: then nobody gets in", cognitoMails), Prices[s.f.Plan].Of(users)), s.regional(GuardedAuth)}
	}
	return Ceiling{
		s.threat(GuardedAuth, "sign-ups and their mails", fmt.Sprintf("Cognito's quota, %d a second; SES has one too", signUpRate), signUpRate, func(users int64) Money {
			return Prices[s.f.Plan].Of(users) + Prices[Mails].Of(users)
		}),
		s.regional(GuardedAuth),
	}
}

// speed is that of their line, in bytes a second. What goes through it is reckoned as if nothing else did.
func (s strangers) speed() int64 { return s.u.Strangers.GigabitsPerSecond * gb / 8 }

// theirs is the limit of what takes their own line.
func (s strangers) theirs() string {
	return fmt.Sprintf("their %s Gbit/s, by the file of use", grouped(s.u.Strangers.GigabitsPerSecond))
}

// accounts are those that they have, which is an assumption.
func (s strangers) accounts() string {
	return grouped(s.u.Strangers.Accounts) + " accounts of theirs, by the file of use"
}

// cdn is what they load from where it is dearest. Bytes are as many as they can take, with a web ACL as well, which counts requests and
// not bytes; requests are for the smallest answer that there is. All of it costs what the first that is not free does: tiers are of each
// region of AWS's alone, and strangers may be in many. A web ACL looks at all, and CloudFront takes nothing for what it stops.
//
// https://aws.amazon.com/about-aws/whats-new/2024/11/amazon-cloudfront-charges-requests-blocked-aws-waf/
func (s strangers) cdn() Ceiling {
	gigabits, bytes := s.u.Strangers.GigabitsPerSecond, s.theirs()
	if gigabits > cdnGigabits {
		gigabits, bytes = cdnGigabits, fmt.Sprintf("CloudFront's quota, %d Gbit/s", cdnGigabits)
	}
	rate, requests := gigabits*gb/8/leastAnswerBytes, fmt.Sprintf("%s, in answers of %d bytes", s.theirs(), leastAnswerBytes)
	if rate > cdnRate {
		rate, requests = cdnRate, fmt.Sprintf("CloudFront's quota, %s requests a second", grouped(cdnRate))
	}
	return Ceiling{
		same("bytes from the CDN", bytes, s.dearest(NearBytes, AsiaBytes, SouthBytes).Past(gigabits*gb/8*seconds)),
		s.threat(GuardedCDN, "requests to the CDN", requests, rate, s.dearest(NearViews, AsiaViews, SouthViews).Past),
		// Of keys that nobody has, each is asked of the bucket.
		s.threat(GuardedCDN, "the CDN's requests to the bucket", requests, rate, Prices[Gets].Of),
		s.inspection(GuardedCDN, "the CDN's requests", requests, rate),
	}
}

// dearest is the dearest price of the continents that the price class has.
func (s strangers) dearest(near, asia, south Item) Price {
	continents := []Item{near, asia, south}
	switch s.f.PriceClass {
	case "PriceClass_100":
		continents = continents[:1]
	case "PriceClass_200":
		continents = continents[:2]
	}
	return Prices[slices.MaxFunc(continents, func(a, b Item) int { return cmp.Compare(Prices[a].First(), Prices[b].First()) })]
}

// files is what is done to the CDN, to the bucket by those who signed up, and to functions by them.
func (s strangers) files() Ceiling {
	speed, theirs := s.speed(), s.theirs()
	c := append(s.cdn(),
		same("uploads, kept for a month", theirs+": uploads/ and private/ have no bound", Prices[Stored].Of(speed*seconds)),
		same("downloads past the CDN", theirs+": private/ is read from the bucket", Prices[Out].Of(speed*seconds)))
	accounts := s.u.Strangers.Accounts
	puts := min(accounts*putRate, speed/leastPutBytes)
	c = append(c, same("empty files, written again and again", fmt.Sprintf("S3, %s a second for each of %s", grouped(putRate), s.accounts()), Prices[Puts].Of(puts*seconds)))
	pictures := accounts * s.f.PicturesADay * days
	for _, of := range s.f.Functions {
		if !of.Pictures {
			continue
		}
		limit := fmt.Sprintf("pictures.perDay, %s each of %s", grouped(s.f.PicturesADay), s.accounts())
		atOnce := cmp.Or(of.Concurrency, lambdaConcurrency)
		if most := atOnce * seconds / of.Seconds; most < pictures {
			pictures, limit = most, fmt.Sprintf("the function's concurrency, %s at once", grouped(atOnce))
		}
		c = append(c, same(fmt.Sprintf("pictures made, each in all of the %d s", of.Seconds), limit, Prices[of.Time].Of(pictures*of.Seconds*1000*of.Memory)+Prices[Invocations].Of(pictures)))
	}
	return append(c, same("pictures deleted, forgotten by the CDN", "as many as are made", Prices[Invalidations].Of(pictures)))
}
