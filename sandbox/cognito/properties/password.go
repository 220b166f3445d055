package properties

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

// symbols are the characters that count as such in passwords.
// https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html#user-pool-settings-policies
const symbols = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= "

// CheckPassword refuses passwords that the pool's policy does not allow. Cognito begins the message in two ways: with "did not
// conform with policy" at sign-up, and "does not conform to policy" for a later password.
func (s *Pool) CheckPassword(password, verb string) error {
	policy := s.Passwords()
	has := func(class func(rune) bool) bool { return strings.ContainsFunc(password, class) }
	var fault string
	switch {
	case len(utf16.Encode([]rune(password))) < policy.MinimumLength:
		fault = "Password not long enough"
	case policy.RequireUppercase && !has(unicode.IsUpper):
		fault = "Password must have uppercase characters"
	case policy.RequireLowercase && !has(unicode.IsLower):
		fault = "Password must have lowercase characters"
	case policy.RequireNumbers && !has(func(r rune) bool { return r >= '0' && r <= '9' }):
		fault = "Password must have numeric characters"
	case policy.RequireSymbols && !has(func(r rune) bool { return strings.ContainsRune(symbols, r) }):
		fault = "Password must have symbol characters"
	default:
		return nil
	}
	return refuse.With("InvalidPasswordException", "Password %s: %s", verb, fault)
}

// TemporaryLife is how long a temporary password is good.
func (s *Pool) TemporaryLife() time.Duration {
	days := 7
	if policy := s.Passwords(); policy.TemporaryPasswordValidityDays != nil {
		days = *policy.TemporaryPasswordValidityDays
	}
	return time.Duration(days) * 24 * time.Hour
}
