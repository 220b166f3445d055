package sandbox

import (
	"archive/zip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// packed is a file as it is, or a folder as a zip file that is the same for the same files, and how many bytes that is. Nothing in
// the zip file is compressed: it goes nowhere, and to compress a program takes longer than all else that its deployment does. It is
// made as it is read, and no longer than said: a file that changes meanwhile breaks off.
func packed(path, packaging string) (body io.ReadCloser, size int64, err error) {
	if packaging == "file" {
		file, err := os.Open(path)
		if err != nil {
			return nil, 0, err
		}
		info, err := file.Stat()
		if err != nil {
			_ = file.Close()
			return nil, 0, err
		}
		return file, info.Size(), nil
	}
	files, err := filesIn(path)
	if err != nil {
		return nil, 0, err
	}
	if size, err = zippedSize(files); err != nil {
		return nil, 0, err
	}
	reader, writer := io.Pipe()
	go func() { _ = writer.CloseWithError(writeZip(writer, files)) }()
	return reader, size, nil
}

// A packedFile is a file of a zip file.
type packedFile struct {
	path, name string
	mode       fs.FileMode
	size       int64
}

// filesIn are the files below a folder, by their paths in it. Links are what they lead to.
func filesIn(folder string) (files []packedFile, err error) {
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		files = append(files, packedFile{path, filepath.ToSlash(name), info.Mode(), info.Size()})
		return err
	})
	return files, err
}

func (f packedFile) header() *zip.FileHeader {
	header := &zip.FileHeader{Name: f.name, Method: zip.Store}
	header.SetMode(f.mode)
	return header
}

// zippedSize is how large the zip file of files becomes: what is written beside their bytes is as long for any bytes.
func zippedSize(files []packedFile) (int64, error) {
	var total counted
	w := zip.NewWriter(&total)
	for _, f := range files {
		header := f.header()
		header.Flags |= 0x8 // the sizes are behind the bytes, as CreateHeader has it
		header.CompressedSize64, header.UncompressedSize64 = uint64(f.size), uint64(f.size)
		if _, err := w.CreateRaw(header); err != nil {
			return 0, err
		}
		total += counted(f.size)
	}
	err := w.Close()
	return int64(total), err
}

// counted is how many bytes were written.
type counted int64

func (c *counted) Write(p []byte) (int, error) {
	*c += counted(len(p))
	return len(p), nil
}

func writeZip(to io.Writer, files []packedFile) error {
	w := zip.NewWriter(to)
	for _, f := range files {
		if err := addFile(w, f); err != nil {
			return err
		}
	}
	return w.Close()
}

func addFile(w *zip.Writer, f packedFile) error {
	to, err := w.CreateHeader(f.header())
	if err != nil {
		return err
	}
	from, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	_, err = io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{from}, make([]byte, 256<<10))
	return err
}
