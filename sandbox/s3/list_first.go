package s3

// listFirstResult is the answer to ListObjects.
type listFirstResult struct {
	Name         string
	Prefix       keyText
	Marker       keyText
	NextMarker   keyText `xml:",omitempty"`
	MaxKeys      int
	Delimiter    keyText `xml:",omitempty"`
	EncodingType string  `xml:",omitempty"`
	IsTruncated  bool
	Lines        []byte `xml:",innerxml"` // Contents and CommonPrefixes
}

// listObjects answers ListObjects, the listing before ListObjectsV2: its pages go on behind a key or a common prefix that the
// client names, marker, and each object has its owner. Only with a delimiter the answer says what the next marker is, as
// without one it is the last key.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
func (c *request) listObjects() error {
	l, err := c.listing("max-keys")
	if err != nil {
		return err
	}
	l.after = c.query.Get("marker")
	page, err := c.objects(l, true)
	if err != nil {
		return err
	}
	var result listFirstResult
	result.Name, result.Prefix, result.Delimiter = c.bucket.Name, l.text(l.prefix), l.text(l.delimiter)
	result.Marker, result.MaxKeys, result.EncodingType, result.IsTruncated = l.text(l.after), l.max, l.encodingType(), page.truncated
	result.Lines = page.lines
	if page.truncated && l.delimiter != "" {
		result.NextMarker = l.text(page.last)
	}
	return c.writeXML("ListBucketResult", result)
}
