package aws

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"
)

const (
	maxChunkLine = 4 << 10 // of a chunk's head
	maxTrailer   = 8 << 10
	// minChunk is the least size of a signed chunk but the last.
	minChunk = 8 << 10
)

// chunks decodes aws-chunked:
//
//	hex-size[;chunk-signature=hex]\r\n
//	data\r\n
//	…
//	0[;chunk-signature=hex]\r\n
//	[name:value\r\n]…[x-amz-trailer-signature:hex\r\n]
//	\r\n
//
// It holds no chunk back until its signature has been checked: the reader's last Read tells whether all of it was right.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
type chunks struct {
	body      io.Closer
	in        *bufio.Reader
	length    int64           // decoded bytes that are still to come
	chunk     int64           // of which in this chunk
	last      int64           // size of the last chunk
	started   bool            // a chunk has been begun
	seal      *seal           // nil if the chunks aren't signed
	announced map[string]bool // names of the trailing headers; nil if there may be none
	trailer   http.Header     // where they go
	err       error           // what every further Read returns
}

func (c *chunks) Close() error { return c.body.Close() }

func (c *chunks) Read(p []byte) (int, error) {
	if c.err == nil && c.chunk == 0 {
		c.err = c.next()
	}
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.in.Read(p[:min(int64(len(p)), c.chunk)])
	c.chunk -= int64(n)
	if c.seal != nil {
		c.seal.sum.Write(p[:n])
	}
	if err != nil {
		c.err = truncated(err)
	}
	return n, c.err
}

// next ends the chunk that was read, if any, and begins the next one. After the last it returns io.EOF.
func (c *chunks) next() error {
	if c.started && c.last > 0 {
		if err := c.expect("\r\n"); err != nil {
			return err
		}
		if err := c.seal.check(); err != nil {
			return err
		}
	}
	size, err := c.head()
	if err != nil {
		return err
	}
	if c.seal != nil && size > 0 && c.started && c.last < minChunk {
		return Refuse(http.StatusForbidden, "InvalidChunkSizeError", "Only the last chunk is allowed to have a size less than 8192 bytes")
	}
	if size > c.length || size == 0 && c.length > 0 {
		return Refuse(http.StatusBadRequest, "IncompleteBody", "The request body does not have the length of x-amz-decoded-content-length")
	}
	c.chunk, c.last, c.started = size, size, true
	c.length -= size
	if size > 0 {
		return nil
	}
	if err := c.seal.check(); err != nil {
		return err
	}
	return c.end()
}

// head reads the first line of a chunk.
func (c *chunks) head() (size int64, err error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, truncated(err)
	}
	text, signature, signed := strings.Cut(strings.TrimSuffix(string(line), "\r\n"), ";chunk-signature=")
	size, err = strconv.ParseInt(text, 16, 64)
	if err != nil || size < 0 || signed != (c.seal != nil) {
		return 0, malformedChunk()
	}
	if c.seal != nil {
		c.seal.claimed = signature
	}
	return size, nil
}

func (c *chunks) expect(text string) error {
	got := make([]byte, len(text))
	if _, err := io.ReadFull(c.in, got); err != nil {
		return truncated(err)
	}
	if string(got) != text {
		return malformedChunk()
	}
	return nil
}

// end reads what follows the last chunk, up to the end of the body.
func (c *chunks) end() error {
	rest, err := io.ReadAll(io.LimitReader(c.in, maxTrailer+1))
	if err != nil {
		return truncated(err)
	}
	if len(rest) > maxTrailer {
		return malformedTrailer()
	}
	canonical := strings.Builder{}
	var signature string
	found := 0
	for line := range strings.Lines(string(rest)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		name, value = strings.ToLower(name), strings.TrimSpace(value)
		switch {
		case ok && name == "x-amz-trailer-signature" && c.seal != nil && c.announced != nil && signature == "":
			signature = value
		case !ok || !c.announced[name] || c.trailer.Get(name) != "":
			return malformedTrailer()
		default:
			found++
			c.trailer.Set(name, value)
			canonical.WriteString(name + ":" + value + "\n")
		}
	}
	if found != len(c.announced) {
		return malformedTrailer()
	}
	if c.seal != nil && c.announced != nil {
		if err := c.seal.checkTrailer(canonical.String(), signature); err != nil {
			return err
		}
	}
	return io.EOF
}

func malformedChunk() error {
	return Refuse(http.StatusBadRequest, "IncompleteBody", "The request body is not a sequence of chunks as aws-chunked has them")
}

func malformedTrailer() error {
	return Refuse(http.StatusBadRequest, "MalformedTrailerError", "The request contained trailing data that was not well-formed or did not conform to our published schema.")
}

// truncated is an error of the connection in the middle of a body.
func truncated(err error) error {
	if errors.Is(err, bufio.ErrBufferFull) {
		return malformedChunk()
	}
	return broken(err)
}

// seal checks the signatures of chunks. Each covers the one before, the first the signature of the request.
type seal struct {
	key       []byte
	signature *signature
	previous  string
	claimed   string // of the chunk being read
	sum       hash.Hash
}

// check compares the signature of the chunk that was read with what it claims, and makes ready for the next.
func (s *seal) check() error {
	if s == nil {
		return nil
	}
	empty := sha256.Sum256(nil)
	text := s.text("AWS4-HMAC-SHA256-PAYLOAD", hex.EncodeToString(empty[:]), hex.EncodeToString(s.sum.Sum(nil)))
	s.sum.Reset()
	return s.compare(text, s.claimed)
}

func (s *seal) checkTrailer(canonical, claimed string) error {
	hash := sha256.Sum256([]byte(canonical))
	return s.compare(s.text("AWS4-HMAC-SHA256-TRAILER", hex.EncodeToString(hash[:])), claimed)
}

func (s *seal) text(kind string, hashes ...string) string {
	lines := append([]string{kind, s.signature.time.Format(isoBasic), s.signature.scope.String(), s.previous}, hashes...)
	return strings.Join(lines, "\n")
}

func (s *seal) compare(text, claimed string) error {
	if want := hex.EncodeToString(sign(s.key, text)); !same(want, claimed) {
		shown := *s.signature
		shown.value = claimed
		return S3.mismatch(&shown, text, "")
	}
	s.previous = claimed
	return nil
}
