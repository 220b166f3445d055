package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"

	"lightbox.example/lightbox/sandbox/lambda"
)

// stored opens an object of S3's, of at most limit bytes, as the developer. What is in a file is read from there.
func (s *Sandbox) stored(ctx context.Context, bucket, key string, limit int64) (lambda.Stored, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, objectURL(bucket, s.config.Region, key), nil)
	if err != nil {
		return nil, err
	}
	answer := &filed{limit: limit}
	s.answerFiles(answer, s.developer(), request)
	switch {
	case answer.status == http.StatusOK && answer.fault == nil:
		return answer, nil
	case answer.status != http.StatusOK:
		answer.fault = fmt.Errorf("got %d from S3, want the object", answer.status)
	}
	_ = answer.Close()
	return nil, answer.fault
}

// A filed is an answer whose body stays where it is: in the file that S3 has it in, which nobody changes.
type filed struct {
	document
	limit int64 // of the body, in bytes
	fault error
	file  *os.File
	part  *io.SectionReader // of file
}

// ReadFrom is what io.Copy calls in the place of Write. It goes on in the file behind what it was given.
func (f *filed) ReadFrom(r io.Reader) (int64, error) {
	f.WriteHeader(http.StatusOK)
	given, ok := r.(*io.LimitedReader)
	if !ok {
		return io.Copy(struct{ io.Writer }{f}, r)
	}
	if given.N > f.limit {
		f.fault = fmt.Errorf("got %d bytes, want at most %d", given.N, f.limit)
		return 0, f.fault
	}
	from, ok := given.R.(*os.File)
	if !ok || f.file != nil {
		return io.Copy(struct{ io.Writer }{f}, r)
	}
	first, err := from.Seek(0, io.SeekCurrent)
	if err == nil {
		f.file, err = os.Open(from.Name())
	}
	if err == nil {
		_, err = from.Seek(given.N, io.SeekCurrent)
	}
	if err != nil {
		f.fault = err
		return 0, err
	}
	f.part = io.NewSectionReader(f.file, first, given.N)
	given.N = 0
	return f.part.Size(), nil
}

// Size is that of the body.
func (f *filed) Size() int64 {
	if f.part != nil {
		return f.part.Size()
	}
	return int64(f.body.Len())
}

// ReadAt implements io.ReaderAt.
func (f *filed) ReadAt(p []byte, at int64) (int, error) {
	if f.part != nil {
		return f.part.ReadAt(p, at)
	}
	return bytes.NewReader(f.body.Bytes()).ReadAt(p, at)
}

// Close closes the file.
func (f *filed) Close() error {
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}
