package proof

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/proof/system"
)

// The limits hold for value and unit together, as Cognito reads them, and for what it takes by
// default where the template says nothing.
func TestM64_tokensLiveNoLongerThanTheyMay(t *testing.T) {
	for name, test := range map[string]struct {
		client string
		want   []string // beginnings
	}{
		"control: as it ships": {`{"AccessTokenValidity":60,"IdTokenValidity":60,"RefreshTokenValidity":43200,
			"TokenValidityUnits":{"AccessToken":"minutes","IdToken":"minutes","RefreshToken":"minutes"}}`, nil},
		"control: what Cognito takes by itself": {`{}`, nil},
		"control: an hour and thirty days":      {`{"AccessTokenValidity":1,"IdTokenValidity":"1","RefreshTokenValidity":30}`, nil},
		"control: seconds":                      {`{"IdTokenValidity":3600,"TokenValidityUnits":{"IdToken":"seconds"}}`, nil},
		"control: a unit and no value":          {`{"TokenValidityUnits":{"IdToken":"days"}}`, nil},
		"a day of id token":                     {`{"IdTokenValidity":24}`, []string{"IdTokenValidity: got 1 day, want 5 minutes to 1 hour: a token that is stolen"}},
		"a unit that is left out": {`{"IdTokenValidity":60,"AccessTokenValidity":60,"TokenValidityUnits":{"AccessToken":"minutes"}}`,
			[]string{"IdTokenValidity: got 60 hours"}},
		"one second more": {`{"IdTokenValidity":3601,"TokenValidityUnits":{"IdToken":"seconds"}}`, []string{"IdTokenValidity: got 1h0m1s"}},
		"all three": {`{"AccessTokenValidity":1,"IdTokenValidity":1,"RefreshTokenValidity":1,"TokenValidityUnits":{"AccessToken":"days","IdToken":"days","RefreshToken":"minutes"}}`,
			[]string{"AccessTokenValidity: got 1 day", "IdTokenValidity: got 1 day", "RefreshTokenValidity: got 1 minute"}},
		"ten years":       {`{"RefreshTokenValidity":3650}`, []string{"RefreshTokenValidity: got 3650 days, want 1 hour to 30 days"}},
		"a life too long": {`{"RefreshTokenValidity":9e18}`, []string{"RefreshTokenValidity: got 9e18 days, which is more than a century"}},
		"no number":       {`{"IdTokenValidity":"long"}`, []string{"IdTokenValidity: got long, want a number"}},
		"nothing at all":  {`{"IdTokenValidity":0}`, []string{"IdTokenValidity: got 0s"}},
		"another unit":    {`{"IdTokenValidity":1,"TokenValidityUnits":{"IdToken":"weeks"}}`, []string{"TokenValidityUnits.IdToken: got weeks, want seconds"}},
	} {
		t.Run(name, func(t *testing.T) {
			var client map[string]any
			decoder := json.NewDecoder(strings.NewReader(test.client))
			decoder.UseNumber()
			if err := decoder.Decode(&client); err != nil {
				t.Fatal(err)
			}
			client["RefreshTokenRotation"] = map[string]any{"Feature": "ENABLED"}
			s := system.System{Client: system.Settings{Properties: client}}
			got := checkTokens(&s)
			if !slices.EqualFunc(got, test.want, func(v Violation, want string) bool { return strings.HasPrefix(v.Text, want) }) {
				t.Errorf("got %v, want %q", got, test.want)
			}
		})
	}
}
