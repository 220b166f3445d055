package s3

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// maxParts is how many parts an upload may have.
const maxParts = 10_000

// createMultipartUpload answers CreateMultipartUpload.
func (c *request) createMultipartUpload() error {
	v, err := c.newVersion()
	if err != nil {
		return err
	}
	u := upload{Key: c.key, Initiated: c.Now().UTC(), Headers: v.Headers, Tags: v.Tags}
	if u.Algorithm, err = parseAlgorithm(c.r.Header); err != nil {
		return err
	}
	if u.Type, err = parseType(c.r.Header, u.Algorithm); err != nil {
		return err
	}
	err = c.Store.Update(func(tx store.Writer) error {
		if err := stillThere(tx, c.bucket); err != nil {
			return err
		}
		number, err := next(tx, "uploads")
		if err != nil {
			return err
		}
		u.ID = numberedID(number)
		return store.PutJSON(tx, spaceUploads, uploadPlace(c.bucket, c.key, u.ID), u)
	})
	if err != nil {
		return err
	}
	header := c.w.Header()
	header.Set("X-Amz-Server-Side-Encryption", "AES256")
	if u.Algorithm != "" {
		header.Set("X-Amz-Checksum-Algorithm", strings.ToUpper(u.Algorithm))
		header.Set("X-Amz-Checksum-Type", u.Type)
	}
	return c.writeXML("InitiateMultipartUploadResult", struct {
		Bucket   string
		Key      keyText
		UploadID string `xml:"UploadId"`
	}{c.bucket.Name, keyText(c.key), u.ID})
}

// findUpload returns the upload that the request names.
func (c *request) findUpload(tx store.Reader) (*upload, error) {
	id := c.query.Get("uploadId")
	u := &upload{}
	found, err := store.GetJSON(tx, spaceUploads, uploadPlace(c.bucket, c.key, id), u)
	if err != nil {
		return nil, err
	}
	if !found || id == "" {
		return nil, aws.Refuse(http.StatusNotFound, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.").
			With("UploadId", id)
	}
	return u, nil
}

func (c *request) viewUpload() (u *upload, err error) {
	err = c.Store.View(func(tx store.Reader) (err error) {
		u, err = c.findUpload(tx)
		return err
	})
	return u, err
}

// partNumber reads the parameter of that name.
func (c *request) partNumber() (int, error) {
	text := c.query.Get("partNumber")
	number, err := strconv.Atoi(text)
	if err != nil || number < 1 || number > maxParts {
		return 0, invalidArgument("partNumber", text, "Part number must be an integer between 1 and 10000, inclusive")
	}
	return number, nil
}

// uploadPart answers UploadPart.
func (c *request) uploadPart() error {
	number, err := c.partNumber()
	if err != nil {
		return err
	}
	u, err := c.viewUpload()
	if err != nil {
		return err
	}
	w, sum, err := c.receive(u.Algorithm)
	if err != nil {
		return err
	}
	defer w.drop()
	p := part{Number: number, Checksum: sum}
	if err := c.commitPart(w, &p); err != nil {
		return err
	}
	header := c.w.Header()
	header.Set("X-Amz-Server-Side-Encryption", "AES256")
	header.Set("Etag", quote(p.ETag))
	header.Set(checksumPrefix+sum.Algorithm, sum.Value)
	c.w.WriteHeader(http.StatusOK)
	return nil
}

// uploadPartCopy answers UploadPartCopy.
func (c *request) uploadPartCopy() error {
	number, err := c.partNumber()
	if err != nil {
		return err
	}
	u, err := c.viewUpload()
	if err != nil {
		return err
	}
	from, err := c.source()
	if err != nil {
		return err
	}
	old, file, err := c.openSource(from)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	first, length, err := c.sourceRange(old.Body.Size)
	if err != nil {
		return err
	}
	algorithm := u.Algorithm
	if algorithm == "" {
		algorithm = defaultAlgorithm
	}
	w := c.bodies.create(algorithm)
	defer w.drop()
	if _, err := file.Seek(first, io.SeekStart); err != nil {
		return err
	}
	if _, err := io.CopyN(w, file, length); err != nil {
		return err
	}
	p := part{Number: number, Checksum: checksum{Algorithm: algorithm, Value: sumOf(w.sum)}}
	if err := c.commitPart(w, &p); err != nil {
		return err
	}
	c.w.Header().Set("X-Amz-Server-Side-Encryption", "AES256")
	c.setSourceVersion(from, old)
	return c.writeXML("CopyPartResult", copyResult{timestamp(p.Modified), quote(p.ETag), p.Checksum.element(), ""})
}

// commitPart makes what w has written part p of the request's upload, in the place of an earlier one with its number.
func (c *request) commitPart(w *writer, p *part) error {
	var err error
	p.ETag, p.Modified = w.etag(), c.Now().UTC()
	if p.Body, err = w.keep(); err != nil {
		return err
	}
	var gone part
	err = c.Store.Update(func(tx store.Writer) error {
		u, err := c.findUpload(tx)
		if err != nil {
			return err
		}
		place := partPlace(u.ID, p.Number)
		if _, err := store.GetJSON(tx, spaceParts, place, &gone); err != nil {
			return err
		}
		return errors.Join(forget(tx, gone.Body), w.put(tx), store.PutJSON(tx, spaceParts, place, p))
	})
	if err != nil {
		c.bodies.remove(p.Body)
		return err
	}
	c.bodies.remove(gone.Body)
	return nil
}

// abortMultipartUpload answers AbortMultipartUpload.
func (c *request) abortMultipartUpload() error {
	var gone []body
	err := c.Store.Update(func(tx store.Writer) error {
		u, err := c.findUpload(tx)
		if err != nil {
			return err
		}
		gone, err = dropUpload(tx, c.bucket, u)
		return err
	})
	if err != nil {
		return err
	}
	c.bodies.remove(gone...)
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// dropUpload deletes an upload with its parts, whose bodies it returns.
func dropUpload(tx store.Writer, b *bucket, u *upload) ([]body, error) {
	parts, err := partsOf(tx, u.ID)
	if err != nil {
		return nil, err
	}
	var gone []body
	for _, p := range parts {
		gone = append(gone, p.Body)
		if err := errors.Join(tx.Delete(spaceParts, partPlace(u.ID, p.Number)), forget(tx, p.Body)); err != nil {
			return nil, err
		}
	}
	return gone, tx.Delete(spaceUploads, uploadPlace(b, u.Key, u.ID))
}
