package totp_test

import (
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/cognito/totp"
)

func TestTOTP_givesTheCodesOfRFC6238(t *testing.T) {
	for seconds, want := range map[int64]string{ // appendix B, the last six of eight digits
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := totp.Code([]byte("12345678901234567890"), seconds/30); got != want {
			t.Errorf("at %d: got %s, want %s", seconds, got, want)
		}
	}
}

func TestMatch_takesCodesOfOneStepAround(t *testing.T) {
	secret, now := []byte("12345678901234567890"), time.Unix(1234567890, 0)
	current := now.Unix() / 30
	for offset := int64(-3); offset <= 3; offset++ {
		step, ok := totp.Match(secret, totp.Code(secret, current+offset), now)
		if want := offset >= -1 && offset <= 1; ok != want || ok && step != current+offset {
			t.Errorf("%d steps away: got %d and %v, want %v", offset, step-current, ok, want)
		}
	}
	for _, given := range []string{"", "00592", "0059240", "00592４"} {
		if _, ok := totp.Match(secret, given, now); ok {
			t.Errorf("%q is taken", given)
		}
	}
}
