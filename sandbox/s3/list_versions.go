package s3

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/store"
)

// versionItem is a version in a listing; its name is Version or DeleteMarker.
type versionItem struct {
	XMLName           xml.Name
	ETag              string `xml:",omitempty"`
	ChecksumAlgorithm string `xml:",omitempty"`
	ChecksumType      string `xml:",omitempty"`
	Size              *int64
	StorageClass      string `xml:",omitempty"`
	Key               keyText
	VersionID         string `xml:"VersionId"`
	IsLatest          bool
	LastModified      string
	Owner             owner
}

// listedVersion is a version and whether it is the latest of its key.
type listedVersion struct {
	*version
	latest bool
}

// listVersionsResult is the answer to ListObjectVersions.
type listVersionsResult struct {
	Name                string
	Prefix              keyText
	KeyMarker           keyText
	VersionIDMarker     string  `xml:"VersionIdMarker"`
	NextKeyMarker       keyText `xml:",omitempty"`
	NextVersionIDMarker string  `xml:"NextVersionIdMarker,omitempty"`
	MaxKeys             int
	Delimiter           keyText `xml:",omitempty"`
	EncodingType        string  `xml:",omitempty"`
	IsTruncated         bool
	Items               []versionItem
	CommonPrefixes      []commonPrefix
}

// listObjectVersions answers ListObjectVersions.
func (c *request) listObjectVersions() error {
	l, err := c.listing("max-keys")
	if err != nil {
		return err
	}
	keyMarker, idMarker := c.query.Get("key-marker"), c.query.Get("version-id-marker")
	switch {
	case idMarker != "" && keyMarker == "":
		return invalidArgument("version-id-marker", idMarker, "A version-id marker cannot be specified without a key marker.")
	case idMarker != "":
		if err := checkID(idMarker); err != nil {
			return err
		}
	default:
		l.after = keyMarker
	}
	var page []entry[listedVersion]
	truncated := false
	err = c.Store.View(func(tx store.Reader) (err error) {
		from := behind(c.bucket, keyMarker)
		if idMarker != "" {
			if from, err = behindVersion(tx, c.bucket, keyMarker, idMarker); err != nil {
				return err
			}
		}
		page, truncated, err = collect(tx, spaceVersions, c.bucket, l, from, everyVersion(tx))
		return err
	})
	if err != nil {
		return err
	}
	var result listVersionsResult
	result.Name, result.Prefix, result.Delimiter = c.bucket.Name, l.text(l.prefix), l.text(l.delimiter)
	result.KeyMarker, result.VersionIDMarker = l.text(keyMarker), idMarker
	result.MaxKeys, result.EncodingType, result.IsTruncated = l.max, l.encodingType(), truncated
	result.CommonPrefixes = split(l, page, func(e entry[listedVersion]) {
		result.Items = append(result.Items, c.versionItem(l, e.item))
	})
	if truncated {
		last := page[len(page)-1]
		result.NextKeyMarker = l.text(last.last())
		if last.common == "" {
			result.NextVersionIDMarker = last.item.ID
		}
	}
	return c.writeXML("ListVersionsResult", result)
}

func (c *request) versionItem(l listing, v listedVersion) versionItem {
	item := versionItem{
		XMLName: xml.Name{Local: "DeleteMarker"}, Key: l.text(v.Key), VersionID: v.ID, IsLatest: v.latest,
		LastModified: timestamp(v.Modified), Owner: c.owner(),
	}
	if v.Marker {
		return item
	}
	item.XMLName.Local, item.Size = "Version", &v.Body.Size
	item.ETag, item.StorageClass = quote(v.ETag), "STANDARD"
	item.ChecksumAlgorithm, item.ChecksumType = strings.ToUpper(v.Checksum.Algorithm), v.Checksum.Type
	return item
}

// behindVersion is the place behind a version, which may be gone by now.
func behindVersion(tx store.Reader, b *bucket, key, id string) ([]byte, error) {
	if number, ok := numberOf(id); ok {
		return store.After(versionPlace(b, key, number)), nil
	}
	v, err := findVersion(tx, b, key, id)
	if err != nil || v == nil {
		return behind(b, key), err
	}
	return store.After(v.place), nil
}

// everyVersion reads all versions and delete markers. The first of a key that a page begins with need not be the latest.
func everyVersion(tx store.Reader) func(place, value []byte) (string, listedVersion, bool, error) {
	var last []byte
	return func(place, value []byte) (string, listedVersion, bool, error) {
		v, err := decodeVersion(place, value)
		if err != nil {
			return "", listedVersion{}, false, err
		}
		key := v.place[:len(v.place)-8] // without the number
		isLatest := false
		if !bytes.Equal(key, last) {
			for first := range tx.Range(spaceVersions, store.Prefix(key)) {
				isLatest = bytes.Equal(first, v.place)
				break
			}
			last = key
		}
		return v.Key, listedVersion{v, isLatest}, true, nil
	}
}

// uploadItem is an upload in a listing.
type uploadItem struct {
	UploadID          string `xml:"UploadId"`
	Key               keyText
	Initiated         string
	StorageClass      string
	Owner, Initiator  owner
	ChecksumAlgorithm string `xml:",omitempty"`
	ChecksumType      string `xml:",omitempty"`
}

// listUploadsResult is the answer to ListMultipartUploads.
type listUploadsResult struct {
	Bucket             string
	KeyMarker          keyText
	UploadIDMarker     string  `xml:"UploadIdMarker"`
	NextKeyMarker      keyText `xml:",omitempty"`
	NextUploadIDMarker string  `xml:"NextUploadIdMarker,omitempty"`
	Prefix             keyText
	Delimiter          keyText `xml:",omitempty"`
	EncodingType       string  `xml:",omitempty"`
	MaxUploads         int
	IsTruncated        bool
	Upload             []uploadItem
	CommonPrefixes     []commonPrefix
}

// listMultipartUploads answers ListMultipartUploads.
func (c *request) listMultipartUploads() error {
	l, err := c.listing("max-uploads")
	if err != nil {
		return err
	}
	keyMarker, idMarker := c.query.Get("key-marker"), c.query.Get("upload-id-marker")
	from := behind(c.bucket, keyMarker)
	if keyMarker != "" && idMarker != "" {
		from = store.After(uploadPlace(c.bucket, keyMarker, idMarker))
	} else {
		idMarker, l.after = "", keyMarker
	}
	var page []entry[upload]
	truncated := false
	err = c.Store.View(func(tx store.Reader) (err error) {
		page, truncated, err = collect(tx, spaceUploads, c.bucket, l, from, func(_, value []byte) (string, upload, bool, error) {
			var u upload
			err := json.Unmarshal(value, &u)
			return u.Key, u, true, err
		})
		return err
	})
	if err != nil {
		return err
	}
	var result listUploadsResult
	result.Bucket, result.Prefix, result.Delimiter = c.bucket.Name, l.text(l.prefix), l.text(l.delimiter)
	result.KeyMarker, result.UploadIDMarker = l.text(keyMarker), idMarker
	result.MaxUploads, result.EncodingType, result.IsTruncated = l.max, l.encodingType(), truncated
	result.CommonPrefixes = split(l, page, func(e entry[upload]) {
		result.Upload = append(result.Upload, uploadItem{
			UploadID: e.item.ID, Key: l.text(e.key), Initiated: timestamp(e.item.Initiated), StorageClass: "STANDARD",
			Owner: c.owner(), Initiator: c.owner(), ChecksumAlgorithm: e.item.Algorithm, ChecksumType: e.item.Type,
		})
	})
	if truncated {
		last := page[len(page)-1]
		result.NextKeyMarker = l.text(last.last())
		if last.common == "" {
			result.NextUploadIDMarker = last.item.ID
		}
	}
	return c.writeXML("ListMultipartUploadsResult", result)
}

// partItem is a part in a listing.
type partItem struct {
	PartNumber   int
	LastModified string
	ETag         string
	Size         int64
	*checksumElements
}

// listParts answers ListParts.
func (c *request) listParts() error {
	l, err := c.listing("max-parts")
	if err != nil {
		return err
	}
	marker, err := strconv.Atoi("0" + c.query.Get("part-number-marker"))
	if err != nil {
		return invalidArgument("part-number-marker", c.query.Get("part-number-marker"), "Provided part-number-marker not an integer or within integer range")
	}
	var u *upload
	var parts []part
	err = c.Store.View(func(tx store.Reader) (err error) {
		if u, err = c.findUpload(tx); err != nil {
			return err
		}
		parts, err = partsOf(tx, u.ID)
		return err
	})
	if err != nil {
		return err
	}
	result := struct {
		Bucket               string
		Key                  keyText
		UploadID             string `xml:"UploadId"`
		Initiator, Owner     owner
		StorageClass         string
		PartNumberMarker     int
		NextPartNumberMarker int
		MaxParts             int
		IsTruncated          bool
		ChecksumAlgorithm    string `xml:",omitempty"`
		ChecksumType         string `xml:",omitempty"`
		Part                 []partItem
	}{Bucket: c.bucket.Name, Key: keyText(c.key), UploadID: u.ID, Initiator: c.owner(), Owner: c.owner(), StorageClass: "STANDARD",
		PartNumberMarker: marker, MaxParts: l.max, ChecksumAlgorithm: u.Algorithm, ChecksumType: u.Type}
	for _, p := range parts {
		if p.Number <= marker {
			continue
		}
		if len(result.Part) == l.max {
			result.IsTruncated = true
			break
		}
		item := partItem{PartNumber: p.Number, LastModified: timestamp(p.Modified), ETag: quote(p.ETag), Size: p.Body.Size}
		if u.Algorithm != "" {
			item.checksumElements = p.Checksum.element()
		}
		result.Part = append(result.Part, item)
		result.NextPartNumberMarker = p.Number
	}
	return c.writeXML("ListPartsResult", result)
}
