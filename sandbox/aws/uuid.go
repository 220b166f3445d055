package aws

import (
	"crypto/rand"
	"fmt"
)

// NewUUID is a random UUID.
func NewUUID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return UUID(b)
}

// UUID writes 16 random bytes as a UUID of version 4, which AWS has for most ids.
// https://www.rfc-editor.org/rfc/rfc9562#section-5.4
func UUID(random []byte) string {
	b := [16]byte(random)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
