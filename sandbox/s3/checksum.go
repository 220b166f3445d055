package s3

import (
	"crypto/sha1" //nolint:gosec // one of S3's checksums
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"net/http"
	"slices"
	"strings"

	"github.com/minio/crc64nvme"

	"lightbox.example/lightbox/sandbox/aws"
)

// checksum is a checksum of a body beside its MD5.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
type checksum struct {
	Algorithm string // in lower case, as in crc32; "" for no checksum
	Value     string // base64; with "-N" behind that of a composite of N parts
	Type      string // FULL_OBJECT or COMPOSITE
}

const (
	fullObject = "FULL_OBJECT"
	composite  = "COMPOSITE"

	// defaultAlgorithm is what S3 computes when the client does not say.
	defaultAlgorithm = "crc64nvme"
	checksumPrefix   = "X-Amz-Checksum-"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// algorithms are the checksums that S3 knows.
var algorithms = map[string]func() hash.Hash{
	"crc32":     func() hash.Hash { return crc32.NewIEEE() },
	"crc32c":    func() hash.Hash { return crc32.New(castagnoli) },
	"crc64nvme": func() hash.Hash { return crc64nvme.New() },
	"sha1":      sha1.New,
	"sha256":    sha256.New,
}

func sumOf(h hash.Hash) string { return base64.StdEncoding.EncodeToString(h.Sum(nil)) }

// announcedChecksum returns the checksum that the client sends in a header, or names in x-amz-trailer to send it behind the
// body: then its Value is "". It is the zero checksum if there is none.
func announcedChecksum(header http.Header) (checksum, error) {
	if err := refuseOthers(header); err != nil {
		return checksum{}, err
	}
	var found []checksum
	for algorithm := range algorithms {
		if value := header.Get(checksumPrefix + algorithm); value != "" {
			found = append(found, checksum{Algorithm: algorithm, Value: value})
		}
	}
	for value := range strings.SplitSeq(strings.ToLower(header.Get("X-Amz-Trailer")), ",") {
		algorithm, ok := strings.CutPrefix(strings.TrimSpace(value), strings.ToLower(checksumPrefix))
		if !ok {
			continue
		}
		if algorithms[algorithm] == nil {
			return checksum{}, invalidRequest("The value specified in the x-amz-trailer header is not supported")
		}
		found = append(found, checksum{Algorithm: algorithm})
	}
	wanted := strings.ToLower(header.Get("X-Amz-Sdk-Checksum-Algorithm"))
	switch {
	case len(found) > 1:
		return checksum{}, invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
	case len(found) == 0 && wanted != "":
		return checksum{}, invalidRequest("x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.")
	case len(found) == 0:
		return checksum{}, nil
	case wanted != "" && wanted != found[0].Algorithm:
		return checksum{}, invalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.")
	}
	return found[0], checkValue(found[0])
}

// checkValue refuses a value that no sum of the algorithm can have.
func checkValue(c checksum) error {
	if c.Value == "" {
		return nil
	}
	sum, err := base64.StdEncoding.DecodeString(c.Value)
	if err != nil || len(sum) != algorithms[c.Algorithm]().Size() {
		return invalidRequest("Value for x-amz-checksum-" + c.Algorithm + " header is invalid.")
	}
	return nil
}

// otherAlgorithms are those that S3 has besides, which are refused by name.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Checksum.html
var otherAlgorithms = []string{"md5", "sha512", "xxhash128", "xxhash3", "xxhash64"}

// refuseOthers refuses what names one of otherAlgorithms, in the header of a value, of a trailer, or of the choice.
func refuseOthers(header http.Header) error {
	named := strings.ToLower(header.Get("X-Amz-Checksum-Algorithm") + "," + header.Get("X-Amz-Sdk-Checksum-Algorithm") + "," +
		strings.ReplaceAll(strings.ToLower(header.Get("X-Amz-Trailer")), strings.ToLower(checksumPrefix), ""))
	for _, algorithm := range otherAlgorithms {
		if header.Get(checksumPrefix+algorithm) != "" || slices.ContainsFunc(strings.Split(named, ","), func(name string) bool { return strings.TrimSpace(name) == algorithm }) {
			return aws.NotImplemented(strings.ToLower(checksumPrefix) + algorithm)
		}
	}
	return nil
}

// parseAlgorithm reads x-amz-checksum-algorithm; "" if there is none.
func parseAlgorithm(header http.Header) (string, error) {
	if err := refuseOthers(header); err != nil {
		return "", err
	}
	algorithm := strings.ToLower(header.Get("X-Amz-Checksum-Algorithm"))
	if algorithm != "" && algorithms[algorithm] == nil {
		return "", invalidRequest("Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")
	}
	return algorithm, nil
}

// parseType reads x-amz-checksum-type for an upload in parts with the algorithm, and chooses where the client does not.
func parseType(header http.Header, algorithm string) (string, error) {
	kind := strings.ToUpper(header.Get("X-Amz-Checksum-Type"))
	switch {
	case kind == "" && algorithm == "":
		return "", nil
	case kind == "" && algorithm == defaultAlgorithm:
		return fullObject, nil
	case kind == "":
		return composite, nil
	case algorithm == "":
		return "", invalidRequest("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
	case !slices.Contains([]string{fullObject, composite}, kind):
		return "", invalidRequest("Value for x-amz-checksum-type header is invalid.")
	case kind == composite && algorithm == defaultAlgorithm, kind == fullObject && strings.HasPrefix(algorithm, "sha"):
		return "", invalidRequest("The " + kind + " checksum type cannot be used with the " + algorithm + " checksum algorithm.")
	}
	return kind, nil
}

// setHeaders writes the checksum into a response's header.
func (c checksum) setHeaders(header http.Header) {
	if c.Algorithm != "" {
		header.Set(checksumPrefix+c.Algorithm, c.Value)
		header.Set("X-Amz-Checksum-Type", c.Type)
	}
}

// element returns the checksum as an element of a document, as in ChecksumCRC32.
func (c checksum) element() *checksumElements {
	e := &checksumElements{}
	switch c.Algorithm {
	case "crc32":
		e.ChecksumCRC32 = c.Value
	case "crc32c":
		e.ChecksumCRC32C = c.Value
	case "crc64nvme":
		e.ChecksumCRC64NVME = c.Value
	case "sha1":
		e.ChecksumSHA1 = c.Value
	case "sha256":
		e.ChecksumSHA256 = c.Value
	default:
		return nil
	}
	return e
}

// checksumElements are the checksums in documents, at most one of them. Documents embed it.
type checksumElements struct {
	ChecksumCRC32     string `xml:",omitempty"`
	ChecksumCRC32C    string `xml:",omitempty"`
	ChecksumCRC64NVME string `xml:",omitempty"`
	ChecksumSHA1      string `xml:",omitempty"`
	ChecksumSHA256    string `xml:",omitempty"`
}

// values are the checksums by their algorithms.
func (e checksumElements) values() map[string]string {
	return map[string]string{
		"crc32": e.ChecksumCRC32, "crc32c": e.ChecksumCRC32C, "crc64nvme": e.ChecksumCRC64NVME, "sha1": e.ChecksumSHA1, "sha256": e.ChecksumSHA256,
	}
}

// others reports whether there is a checksum of another algorithm.
func (e checksumElements) others(algorithm string) bool {
	for name, value := range e.values() {
		if name != algorithm && value != "" {
			return true
		}
	}
	return false
}

func badChecksum(algorithm string) error {
	return aws.Refuse(http.StatusBadRequest, "BadDigest", "The %s you specified did not match the calculated checksum.", strings.ToUpper(algorithm))
}

func invalidRequest(message string) error {
	return aws.Refuse(http.StatusBadRequest, "InvalidRequest", "%s", message)
}
