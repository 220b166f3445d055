package s3

import (
	"net/http"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// slicePart returns the bytes of the part that the request wants, as of a range, and its checksum. Parts count from one; an object
// that was not uploaded in parts is one.
//
// A part that is not there is refused with 416 InvalidPartNumber, one that no upload can have with 400.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#AmazonS3-GetObject-request-uri-querystring-PartNumber,
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
func (c *request) slicePart(v *version) (aws.Range, checksum, error) {
	number, err := c.partNumber()
	if err != nil {
		return aws.Range{}, checksum{}, err
	}
	if c.r.Header.Get("Range") != "" {
		return aws.Range{}, checksum{}, invalidRequest("Cannot specify both Range header and partNumber query parameter")
	}
	if count := max(len(v.Parts), 1); number > count {
		return aws.Range{}, checksum{}, aws.Refuse(http.StatusRequestedRangeNotSatisfiable, "InvalidPartNumber", "The requested partnumber is not satisfiable").
			With("PartNumberRequested", strconv.Itoa(number)).With("ActualPartCount", strconv.Itoa(count))
	}
	if len(v.Parts) == 0 {
		return aws.Range{Length: v.Body.Size, Partial: v.Body.Size > 0}, v.Checksum, nil
	}
	part := aws.Range{Length: v.Parts[number-1].Size, Partial: v.Body.Size > 0}
	for _, before := range v.Parts[:number-1] {
		part.First += before.Size
	}
	c.w.Header().Set("X-Amz-Mp-Parts-Count", strconv.Itoa(len(v.Parts)))
	return part, v.sumOfPart(number), nil
}

// sumOfPart is the checksum of a part; none if the upload asked for none.
func (v *version) sumOfPart(number int) checksum {
	sum := v.Parts[number-1].Sum
	if sum == "" {
		return checksum{}
	}
	return checksum{Algorithm: v.Checksum.Algorithm, Value: sum, Type: v.Checksum.Type}
}

// objectAttributes is the answer to GetObjectAttributes.
type objectAttributes struct {
	ETag         string          `xml:",omitempty"` // without quotes
	Checksum     *attributeSum   `xml:",omitempty"`
	ObjectParts  *attributeParts `xml:",omitempty"`
	StorageClass string          `xml:",omitempty"`
	ObjectSize   *int64          `xml:",omitempty"`
}

// attributeSum is a checksum among the attributes.
type attributeSum struct {
	*checksumElements
	ChecksumType string
}

// attributeParts are the parts of an object, which are told one by one if the upload asked for checksums.
type attributeParts struct {
	PartsCount           int
	PartNumberMarker     *int            `xml:",omitempty"`
	NextPartNumberMarker *int            `xml:",omitempty"`
	MaxParts             *int            `xml:",omitempty"`
	IsTruncated          *bool           `xml:",omitempty"`
	Part                 []attributePart `xml:",omitempty"`
}

// attributePart is one of them.
type attributePart struct {
	PartNumber int
	Size       int64
	*checksumElements
}

// attributeNames are the values of x-amz-object-attributes.
var attributeNames = map[string]bool{"ETag": true, "Checksum": true, "ObjectParts": true, "StorageClass": true, "ObjectSize": true}

// getObjectAttributes answers GetObjectAttributes, which needs two permissions: to read the object, and to read its attributes.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
func (c *request) getObjectAttributes() error {
	action := "s3:GetObjectAttributes"
	if c.query.Has("versionId") {
		action = "s3:GetObjectVersionAttributes"
	}
	if err := c.authorize(action, c.bucket, c.key, c.context(action)); err != nil {
		return err
	}
	wanted, err := c.attributes()
	if err != nil {
		return err
	}
	page, err := c.attributePage()
	if err != nil {
		return err
	}
	v, err := c.lookUp()
	if err != nil {
		return err
	}
	var result objectAttributes
	if wanted["ETag"] {
		result.ETag = v.ETag
	}
	if wanted["Checksum"] && v.Checksum.Algorithm != "" {
		result.Checksum = &attributeSum{v.Checksum.element(), v.Checksum.Type}
	}
	if wanted["ObjectParts"] && len(v.Parts) > 0 {
		result.ObjectParts = page.of(v)
	}
	if wanted["StorageClass"] {
		result.StorageClass = "STANDARD"
	}
	if wanted["ObjectSize"] {
		result.ObjectSize = &v.Body.Size
	}
	c.w.Header().Set("Last-Modified", v.Modified.UTC().Format(http.TimeFormat))
	c.setVersionID(v)
	return c.writeXML("GetObjectAttributesResponse", result)
}

// attributes reads x-amz-object-attributes.
func (c *request) attributes() (map[string]bool, error) {
	wanted := map[string]bool{}
	for _, header := range c.r.Header.Values("X-Amz-Object-Attributes") {
		for name := range strings.SplitSeq(header, ",") {
			wanted[strings.TrimSpace(name)] = true
		}
	}
	for name := range wanted {
		if !attributeNames[name] {
			return nil, invalidArgument("x-amz-object-attributes", name, "Invalid attribute name specified.")
		}
	}
	if len(wanted) == 0 {
		return nil, invalidRequest("The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty")
	}
	return wanted, nil
}

// attributePage is which parts a request for attributes wants: those behind a number, and how many.
type attributePage struct{ behind, max int }

func (c *request) attributePage() (attributePage, error) {
	page := attributePage{max: pageSize}
	for name, target := range map[string]*int{"x-amz-max-parts": &page.max, "x-amz-part-number-marker": &page.behind} {
		text := c.r.Header.Get(name)
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil || n < 0 {
			return page, invalidArgument(name, text, "Argument "+name+" must be an integer between 0 and 2147483647")
		}
		*target = int(n)
	}
	page.max = min(page.max, pageSize)
	return page, nil
}

// of are the parts of a version on the page.
func (p attributePage) of(v *version) *attributeParts {
	parts := &attributeParts{PartsCount: len(v.Parts)}
	if v.Parts[0].Sum == "" {
		return parts
	}
	last := p.behind
	for number := p.behind + 1; number <= len(v.Parts) && len(parts.Part) < p.max; number++ {
		parts.Part = append(parts.Part, attributePart{number, v.Parts[number-1].Size, v.sumOfPart(number).element()})
		last = number
	}
	truncated := last < len(v.Parts) && p.max > 0
	parts.PartNumberMarker, parts.NextPartNumberMarker, parts.MaxParts, parts.IsTruncated = &p.behind, &last, &p.max, &truncated
	return parts
}
