// Package paging makes the tokens by which a client gets the next page of a list (nextToken, NextToken, PaginationToken,
// continuation-token), and opens them again. A client can neither read one nor make one, and one of another list opens nothing:
// AWS calls them opaque, and AppSync's are encrypted.
//
// What is in one can be more than its client may know: a page of AppSync's ends with the key of the last row that DynamoDB read,
// also where a filter hides that row.
//
// The same place of the same list is the same token, which CloudWatch Logs promises at the end of a stream: the nonce is made of
// what is sealed, with a key of its own.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html#AmazonS3-ListObjectsV2-request-uri-querystring-ContinuationToken,
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
package paging

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strconv"

	"lightbox.example/lightbox/sandbox/store"
)

// space is where a store keeps the secret.
const space = "paging"

// A Sealer makes tokens and opens them. It is safe for concurrent use.
type Sealer struct {
	aead  cipher.AEAD
	nonce []byte // the key of nonces
}

// New takes the secret from the store, and makes it at the first time. Without a store, and from one that does not answer, the
// tokens are good as long as the Sealer is.
func New(s store.Store) *Sealer {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	if s != nil {
		if kept := keep(s, secret); kept != nil {
			secret = kept
		}
	}
	block, err := aes.NewCipher(derive(secret, "token"))
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has the block that it takes
	}
	return &Sealer{aead, derive(secret, "nonce")}
}

// keep returns the secret that the store has, which is fresh if it had none; nil if it does not answer.
func keep(s store.Store, fresh []byte) (kept []byte) {
	read := func(r store.Reader) {
		if value, found := r.Get(space, []byte("secret")); found {
			kept = append([]byte(nil), value...)
		}
	}
	err := s.View(func(r store.Reader) error {
		read(r)
		return nil
	})
	if err != nil || kept != nil {
		return kept
	}
	err = s.Update(func(w store.Writer) error {
		if read(w); kept != nil {
			return nil
		}
		kept = fresh
		return w.Put(space, []byte("secret"), fresh)
	})
	if err != nil {
		return nil
	}
	return kept
}

func derive(secret []byte, purpose string) []byte {
	sum := hmac.New(sha256.New, secret)
	sum.Write([]byte(purpose))
	return sum.Sum(nil)
}

// Seal makes the token of a place, at, of a list. What the list is of says of, its operation first.
func (s *Sealer) Seal(at string, of ...string) string {
	list := bound(of)
	sum := hmac.New(sha256.New, s.nonce)
	sum.Write(list)
	sum.Write([]byte(at))
	nonce := sum.Sum(nil)[:s.aead.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, []byte(at), list))
}

// Open is the place that a token stands for; it is not ok if Seal did not make the token of that list.
func (s *Sealer) Open(token string, of ...string) (at string, ok bool) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	n := s.aead.NonceSize()
	if err != nil || len(sealed) < n {
		return "", false
	}
	plain, err := s.aead.Open(nil, sealed[:n], sealed[n:], bound(of))
	return string(plain), err == nil
}

// bound writes what a list is of, each with its length before it, so that no two lists are written alike.
func bound(of []string) (text []byte) {
	for _, part := range of {
		text = binary.BigEndian.AppendUint32(text, uint32(len(part)))
		text = append(text, part...)
	}
	return text
}

// Cut returns the part of a list that begins at a token, "" for its beginning, with at most so many entries, and the token of what
// follows; "" if nothing does. It is not ok if the token is none of the list's.
func Cut[T any](s *Sealer, token string, most int, list []T, of ...string) (part []T, next string, ok bool) {
	from := 0
	if token != "" {
		at, ok := s.Open(token, of...)
		if !ok {
			return nil, "", false
		}
		if from, _ = strconv.Atoi(at); from > len(list) { // Seal wrote a number
			return nil, "", true // it has become shorter
		}
	}
	if list = list[from:]; len(list) <= most {
		return list, "", true
	}
	return list[:most], s.Seal(strconv.Itoa(from+most), of...), true
}
