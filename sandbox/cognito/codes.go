package cognito

import (
	"crypto/subtle"
	"fmt"
	"math/big"
	"time"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

// What codes are for. A user has one code at most for each.
const (
	confirmCode = "confirm" // that the sign-up is theirs
	resetCode   = "reset"   // that a new password may be set
	verifyCode  = "email"   // that an e-mail address is theirs
)

// lives is how long codes are good.
// https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#limits-hard
var lives = map[string]time.Duration{confirmCode: 24 * time.Hour, resetCode: time.Hour, verifyCode: 24 * time.Hour}

// A code is what is sent to prove that an address is its user's.
type code struct {
	directory.Expiring
	Value   string // "" of a code that was only said to be sent: nothing matches it
	Address string // that it was sent to
}

// newCode makes up a code of six digits.
func (s *Service) newCode() string {
	n := new(big.Int).Mod(new(big.Int).SetBytes(s.bytes(16)), big.NewInt(1_000_000)) // the bias is 2^-108
	return fmt.Sprintf("%06d", n)
}

// sendCode keeps a new code for a purpose and mails it to an address of the user's, in the words of the pool. The operation
// is what asked for it.
func (c *request) sendCode(t directory.Tx, p *directory.Pool, u *directory.User, purpose, address, operation string) (*delivery, error) {
	v := code{Value: c.newCode(), Address: address}
	if err := c.putCode(t, p, p.Fold(u.Name), purpose, v); err != nil {
		return nil, err
	}
	subject, body := p.Settings.Verification()
	return mailedTo(address), c.send(p, u, address, operation, subject, body, v.Value)
}

// putCode keeps a code for name, who may be nobody, instead of one for the same purpose before. It counts the request, and
// fails after too many.
func (c *request) putCode(t directory.Tx, p *directory.Pool, name, purpose string, v code) error {
	if err := spent(t, p, name, sendAttempt+purpose, freeRequests, c.at); err != nil {
		return err
	}
	if err := count(t, p, name, sendAttempt+purpose, c.at); err != nil {
		return err
	}
	v.Expires = c.at.Add(lives[purpose])
	return t.PutExpiring(directory.CodeSpace, directory.Key(p.ID, name, purpose), v, v.Expires)
}

// checkCode finds the code for a purpose if it is the one that was given. A wrong one is counted, so that the transaction
// has to end with the error as it is. There is no code, or an old one, for a user who did not ask: that is "expired" too.
func (c *request) checkCode(t directory.Tx, p *directory.Pool, name, purpose, given string) (code, error) {
	if err := spent(t, p, name, codeAttempt+purpose, freeGuesses, c.at); err != nil {
		return code{}, err
	}
	var v code
	found, err := t.GetJSON(directory.CodeSpace, directory.Key(p.ID, name, purpose), &v)
	if err != nil {
		return code{}, err
	}
	if !found || !c.at.Before(v.Expires) {
		return code{}, refuse.With("ExpiredCodeException", "Invalid code provided, please request a code again.")
	}
	if v.Value == "" || subtle.ConstantTimeCompare([]byte(v.Value), []byte(given)) == 0 {
		if err := count(t, p, name, codeAttempt+purpose, c.at); err != nil {
			return code{}, err
		}
		return code{}, directory.Committing(refuse.With("CodeMismatchException", "Invalid verification code provided, please try again."))
	}
	return v, nil
}

// dropCode forgets a code that was used, and the wrong ones before it.
func dropCode(t directory.Tx, p *directory.Pool, name, purpose string) error {
	if err := forget(t, p, name, codeAttempt+purpose); err != nil {
		return err
	}
	return t.Delete(directory.CodeSpace, directory.Key(p.ID, name, purpose))
}
