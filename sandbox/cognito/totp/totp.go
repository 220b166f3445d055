// Package totp is the codes of authenticator apps, RFC 6238: six digits of HMAC-SHA-1, a new one every 30 seconds.
//
// https://www.rfc-editor.org/rfc/rfc6238
package totp

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238 as authenticator apps implement it
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"time"
)

// Step is how long a code is that of the time.
const Step = 30 * time.Second

// window is how many steps before and after its time a code counts.
const window = 1

// Code is the code of a step, RFC 4226 section 5.3. Steps are counted from 1970.
func Code(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:])&0x7fffffff%1_000_000)
}

// Match finds the step whose code was given, around a time, and reports whether there is one. Whoever accepts a code
// remembers its step, and accepts none up to it again.
func Match(secret []byte, given string, now time.Time) (step int64, ok bool) {
	current := now.Unix() / int64(Step/time.Second)
	for step := current - window; step <= current+window; step++ {
		if subtle.ConstantTimeCompare([]byte(Code(secret, step)), []byte(given)) == 1 {
			return step, true
		}
	}
	return 0, false
}
