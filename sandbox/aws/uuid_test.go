package aws_test

import (
	"bytes"
	"testing"

	"lightbox.example/lightbox/sandbox/aws"
)

func TestUUID_isOfVersion4(t *testing.T) {
	for first, want := range map[byte]string{0x00: "00000000-0000-4000-8000-000000000000", 0xff: "ffffffff-ffff-4fff-bfff-ffffffffffff"} {
		if got := aws.UUID(bytes.Repeat([]byte{first}, 16)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
