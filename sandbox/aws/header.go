package aws

import (
	"encoding/base64"
	"mime"
	"strings"
)

// The octets of a header stand for the characters of ISO-8859-1, one for one, whatever the client thinks they are.
// https://www.rfc-editor.org/rfc/rfc9110#section-5.5-4

// HeaderOctets are the octets of a text as the value of a header. It is not ok if there is a character in it that
// ISO-8859-1 does not have, or that no header may have.
func HeaderOctets(text string) (octets string, ok bool) {
	b := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 0xFF || r < ' ' && r != '\t' || r == 0x7F {
			return "", false
		}
		b = append(b, byte(r))
	}
	return string(b), true
}

// HeaderText is the text that the octets of a header stand for.
func HeaderText(octets string) string {
	b := make([]rune, len(octets))
	for i := range len(octets) {
		b[i] = rune(octets[i])
	}
	return string(b)
}

// MetadataText is the text of the octets of x-amz-meta-*, which may be encoded as mail is.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
func MetadataText(octets string) string {
	text := HeaderText(octets)
	if decoded, err := new(mime.WordDecoder).DecodeHeader(text); err == nil && strings.Contains(text, "=?") {
		return decoded
	}
	return text
}

// MetadataOctets are those of x-amz-meta-* for a text: what is not ASCII is encoded as in mail.
func MetadataOctets(text string) string {
	for _, r := range text {
		if r < ' ' && r != '\t' || r > '~' {
			return "=?UTF-8?B?" + base64.StdEncoding.EncodeToString([]byte(text)) + "?="
		}
	}
	return text
}
