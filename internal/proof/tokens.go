package proof

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"lightbox.example/lightbox/internal/proof/system"
)

// token is one of the three kinds that an app client hands out, with how long it may live and
// what Cognito makes of a template that does not say.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cognito-userpoolclient-tokenvalidityunits.html
type token struct {
	name      string // as in IdTokenValidity and TokenValidityUnits.IdToken
	most      time.Duration
	unit      string        // the default one, of a value without a unit
	otherwise time.Duration // the default life, without a value
	least     time.Duration // what Cognito takes
	why       string
}

const stolen = "a token that is stolen is good for an hour at most"

var tokens = []token{
	{"AccessToken", time.Hour, "hours", time.Hour, 5 * time.Minute, stolen},
	// AppSync and the identity pool take it as they take an access token.
	{"IdToken", time.Hour, "hours", time.Hour, 5 * time.Minute, stolen},
	{"RefreshToken", 30 * 24 * time.Hour, "days", 30 * 24 * time.Hour, time.Hour, "who was signed in a month ago signs in again"},
}

var tokenUnits = map[string]time.Duration{
	"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour,
}

// checkTokens holds the lives of the client's tokens against their limits, by value and unit, and
// makes sure that a refresh token is good for one refresh.
func checkTokens(s *system.System) []Violation {
	found := findings{rule: "settings"}
	for _, kind := range tokens {
		life, err := kind.life(s.Client.Properties)
		switch {
		case err != nil:
			found.opens(s.Client.At, "%v: %s", err, kind.why)
		case life < kind.least || life > kind.most:
			found.opens(s.Client.At, "%sValidity: got %s, want %s to %s: %s", kind.name, spelt(life), spelt(kind.least), spelt(kind.most), kind.why)
		}
	}
	const again = "a refresh token that was used is good for no more than a lost answer"
	if feature := system.Lookup(s.Client.Properties, "RefreshTokenRotation.Feature"); feature != "ENABLED" {
		found.opens(s.Client.At, "RefreshTokenRotation.Feature: got %v, want ENABLED: %s", show(feature), again)
	}
	if grace := system.Lookup(s.Client.Properties, "RefreshTokenRotation.RetryGracePeriodSeconds"); grace != nil && !satisfies(grace, span{0, 30}) {
		found.opens(s.Client.At, "RefreshTokenRotation.RetryGracePeriodSeconds: got %v, want 0 to 30: %s", grace, again)
	}
	return found.all
}

// life is how long a token of the client lives. The error is for what Cognito would refuse.
func (k token) life(client map[string]any) (time.Duration, error) {
	value := client[k.name+"Validity"]
	if value == nil {
		return k.otherwise, nil
	}
	number, err := strconv.ParseFloat(fmt.Sprint(value), 64)
	if err != nil {
		return 0, fmt.Errorf("%sValidity: got %v, want a number", k.name, value)
	}
	name := k.unit
	if stated := system.Lookup(client, "TokenValidityUnits."+k.name); stated != nil {
		name = fmt.Sprint(stated)
	}
	unit, known := tokenUnits[name]
	if !known {
		return 0, fmt.Errorf("TokenValidityUnits.%s: got %s, want seconds, minutes, hours or days", k.name, name)
	}
	// In floating point, so that nothing overflows into a short life.
	if number*float64(unit) > float64(100*365*24*time.Hour) {
		return 0, fmt.Errorf("%sValidity: got %v %s, which is more than a century", k.name, value, name)
	}
	return time.Duration(number * float64(unit)), nil
}

// spelt writes a duration in the largest unit that divides it.
func spelt(life time.Duration) string {
	for _, name := range []string{"days", "hours", "minutes"} {
		switch unit := tokenUnits[name]; {
		case life == unit:
			return "1 " + strings.TrimSuffix(name, "s")
		case life > unit && life%unit == 0:
			return fmt.Sprintf("%d %s", life/unit, name)
		}
	}
	return life.String()
}
