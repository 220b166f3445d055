package cognito

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238 as authenticator apps implement it
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"time"
)

// Codes of authenticator apps are those of RFC 6238: six digits of HMAC-SHA-1, a new one every 30 seconds. A code counts one
// step before and after its time.
const (
	totpStep   = 30 * time.Second
	totpWindow = 1
)

// totpCode is the code of a step, RFC 4226 section 5.3.
func totpCode(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:])&0x7fffffff%1_000_000)
}

// use takes a code made with secret, each once.
func (u *totp) use(secret []byte, given string, now time.Time) error {
	if len(secret) == 0 {
		return refuse("SoftwareTokenMFANotFoundException", "Software token MFA has not been set up by the user")
	}
	current := now.Unix() / int64(totpStep/time.Second)
	for step := current - totpWindow; step <= current+totpWindow; step++ {
		if subtle.ConstantTimeCompare([]byte(totpCode(secret, step)), []byte(given)) == 0 {
			continue
		}
		if step <= u.LastStep {
			return refuse("ExpiredCodeException", "Your software token has already been used once.")
		}
		u.LastStep = step
		return nil
	}
	return refuse("CodeMismatchException", "Invalid code received for user")
}
