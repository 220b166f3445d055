package s3

// listFirstResult is the answer to ListObjects.
type listFirstResult struct {
	Name           string
	Prefix         keyText
	Marker         keyText
	NextMarker     keyText `xml:",omitempty"`
	MaxKeys        int
	Delimiter      keyText `xml:",omitempty"`
	EncodingType   string  `xml:",omitempty"`
	IsTruncated    bool
	Contents       []objectItem
	CommonPrefixes []commonPrefix
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
	page, truncated, err := c.objects(l)
	if err != nil {
		return err
	}
	var result listFirstResult
	result.Name, result.Prefix, result.Delimiter = c.bucket.Name, l.text(l.prefix), l.text(l.delimiter)
	result.Marker, result.MaxKeys, result.EncodingType, result.IsTruncated = l.text(l.after), l.max, l.encodingType(), truncated
	result.CommonPrefixes = split(l, page, func(e entry[*listed]) {
		result.Contents = append(result.Contents, c.objectItem(l, e.item, true))
	})
	if truncated && l.delimiter != "" {
		result.NextMarker = l.text(page[len(page)-1].last())
	}
	return c.writeXML("ListBucketResult", result)
}
