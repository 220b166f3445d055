package s3

import (
	"crypto/md5" //nolint:gosec // S3's ETag
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

const (
	minPart       = 5 << 20 // bytes of all parts but the last
	completeLimit = 8 << 20 // bytes of a document with 10,000 parts
)

// completedPart is a part as CompleteMultipartUpload names it.
type completedPart struct {
	PartNumber int    `s3:"required"`
	ETag       string `s3:"required"`
	checksumElements

	ChecksumMD5, ChecksumSHA512, ChecksumXXHASH64, ChecksumXXHASH3, ChecksumXXHASH128 unsupported
}

// completeDocument is the document CompleteMultipartUpload.
type completeDocument struct {
	Part []completedPart `s3:"required"`
}

// completeMultipartUpload answers CompleteMultipartUpload.
func (c *request) completeMultipartUpload() error {
	var document completeDocument
	if err := c.readXML(&document, nil); err != nil {
		return err
	}
	var u *upload
	var parts []part
	err := c.Store.View(func(tx store.Reader) (err error) {
		if u, err = c.findUpload(tx); err != nil {
			return err
		}
		parts, err = partsOf(tx, u.ID)
		return err
	})
	if err != nil {
		return err
	}
	if parts, err = c.choose(u, parts, document.Part); err != nil {
		return err
	}
	if err := c.expect(nil); err != nil {
		return err
	}
	w, err := c.concatenate(u, parts)
	if err != nil {
		return err
	}
	defer w.drop()
	v := &version{Key: u.Key, Headers: u.Headers, Tags: u.Tags, ETag: joinedETag(parts), Parts: piecesOf(u, parts)}
	if v.Checksum, err = c.checkWhole(u, parts, w); err != nil {
		return err
	}
	var gone []body
	err = c.commit(w, v, func(tx store.Writer) error {
		if _, err := c.findUpload(tx); err != nil {
			return err
		}
		gone, err = dropUpload(tx, c.bucket, u)
		return err
	})
	if err != nil {
		return err
	}
	c.bodies.remove(gone...)
	c.setVersion(v)
	return c.writeXML("CompleteMultipartUploadResult", struct {
		Location, Bucket string
		Key              keyText
		ETag             string
		*checksumElements
		ChecksumType string `xml:",omitempty"`
	}{"https://" + c.bucket.regionalDomain() + "/" + aws.EscapePath(v.Key), c.bucket.Name, keyText(v.Key), quote(v.ETag), v.Checksum.element(), v.Checksum.Type})
}

// choose returns the parts that the client wants the object to be made of, if they are what it thinks.
func (c *request) choose(u *upload, have []part, want []completedPart) ([]part, error) {
	byNumber := map[int]part{}
	for _, p := range have {
		byNumber[p.Number] = p
	}
	for i := range want[1:] {
		if want[i+1].PartNumber <= want[i].PartNumber {
			return nil, aws.Refuse(http.StatusBadRequest, "InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.").With("UploadId", u.ID)
		}
	}
	var parts []part
	for i, wanted := range want {
		p, found := byNumber[wanted.PartNumber]
		claimed := wanted.values()[p.Checksum.Algorithm]
		switch {
		case !found || strings.Trim(wanted.ETag, `"`) != p.ETag:
			return nil, aws.Refuse(http.StatusBadRequest, "InvalidPart", "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.").
				With("UploadId", u.ID).With("PartNumber", strconv.Itoa(wanted.PartNumber)).With("ETag", strings.Trim(wanted.ETag, `"`))
		case i < len(want)-1 && p.Body.Size < minPart:
			return nil, aws.Refuse(http.StatusBadRequest, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size").
				With("ProposedSize", strconv.FormatInt(p.Body.Size, 10)).With("MinSizeAllowed", strconv.Itoa(minPart)).With("PartNumber", strconv.Itoa(p.Number)).With("ETag", p.ETag)
		case u.Type == composite && claimed == "":
			return nil, invalidRequest(fmt.Sprintf("The upload was created using a %s checksum. The complete request must include the checksum for each part. It was missing for part %d in the request.", u.Algorithm, p.Number))
		case claimed != "" && claimed != p.Checksum.Value, wanted.others(p.Checksum.Algorithm):
			return nil, aws.Refuse(http.StatusBadRequest, "BadDigest", "The %s you specified for part %d did not match what we received.", p.Checksum.Algorithm, p.Number)
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// concatenate writes the bodies of the parts one behind the other.
func (c *request) concatenate(u *upload, parts []part) (*writer, error) {
	algorithm := u.Algorithm
	if algorithm == "" {
		algorithm = defaultAlgorithm
	}
	w := c.bodies.create(algorithm)
	w.md5 = nil // the ETag is of those of the parts
	for _, p := range parts {
		if err := c.append(w, p.Body); err != nil {
			w.drop()
			return nil, err
		}
	}
	return w, nil
}

func (c *request) append(w *writer, b body) error {
	file, err := c.bodies.open(b)
	if err != nil {
		return err
	}
	_, err = pour(w, file)
	return errors.Join(err, file.Close())
}

// checkWhole returns the checksum of the object, if it and the size are what the client says. A checksum of checksums may come
// with the number of parts or without.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html#API_CompleteMultipartUpload_RequestSyntax
func (c *request) checkWhole(u *upload, parts []part, w *writer) (checksum, error) {
	header := c.r.Header
	if size := header.Get("X-Amz-Mp-Object-Size"); size != "" && size != strconv.FormatInt(w.size, 10) {
		return checksum{}, invalidRequest(fmt.Sprintf("The provided 'x-amz-mp-object-size' header value %s does not match what was computed: %d", size, w.size))
	}
	if kind := header.Get("X-Amz-Checksum-Type"); kind != "" && kind != u.Type {
		mode := u.Type
		if mode == "" {
			mode = "null"
		}
		return checksum{}, invalidRequest("The upload was created using the " + mode + " checksum mode. The complete request must use the same checksum mode.")
	}
	sum := checksum{Algorithm: u.Algorithm, Value: sumOf(w.sum), Type: fullObject}
	switch {
	case u.Algorithm == "":
		sum.Algorithm = defaultAlgorithm
	case u.Type == composite:
		sum.Value, sum.Type = joinedChecksum(u.Algorithm, parts), composite
	}
	for algorithm := range algorithms {
		claimed := header.Get(checksumPrefix + algorithm)
		if plain, _, _ := strings.Cut(sum.Value, "-"); claimed != "" && (algorithm != sum.Algorithm || claimed != sum.Value && claimed != plain) {
			return checksum{}, aws.Refuse(http.StatusBadRequest, "BadDigest", "The %s you specified did not match the calculated checksum.", algorithm)
		}
	}
	return sum, nil
}

// piecesOf is what is kept of the parts of an object. They are counted from one, whatever their numbers were in the upload.
func piecesOf(u *upload, parts []part) []piece {
	var pieces []piece
	for _, p := range parts {
		kept := piece{Size: p.Body.Size}
		if u.Algorithm != "" {
			kept.Sum = p.Checksum.Value
		}
		pieces = append(pieces, kept)
	}
	return pieces
}

// joinedETag is the ETag of an object made of parts: the MD5 of their MD5s, and how many they are.
func joinedETag(parts []part) string {
	sum := md5.New() //nolint:gosec // S3's ETag
	for _, p := range parts {
		raw, _ := hex.DecodeString(p.ETag) // made by etag
		sum.Write(raw)
	}
	return fmt.Sprintf("%x-%d", sum.Sum(nil), len(parts))
}

// joinedChecksum is the checksum of the checksums of parts.
func joinedChecksum(algorithm string, parts []part) string {
	sum := algorithms[algorithm]()
	for _, p := range parts {
		raw, _ := base64.StdEncoding.DecodeString(p.Checksum.Value) // made by sumOf
		sum.Write(raw)
	}
	return fmt.Sprintf("%s-%d", sumOf(sum), len(parts))
}
