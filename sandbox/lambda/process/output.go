package process

import (
	"bytes"
	"crypto/rand"
	"os"
	"sync"
)

// What is kept of what a program writes until it is taken: the latest.
const (
	maxLine  = 256 << 10
	maxBytes = 8 << 20
)

// output is what a program writes to its standard output and error, in one order, by lines. The pipe's end to write to stays
// open here too: a mark that is put into it comes out when all is read that was written before.
type output struct {
	r, w   *os.File
	mark   []byte // no line of a program's ends with it
	marked chan struct{}

	mu    sync.Mutex
	lines []string
	bytes int
}

func newOutput() (*output, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	o := &output{r: r, w: w, mark: []byte("\x00" + rand.Text()), marked: make(chan struct{}, 1)}
	go o.read()
	return o, nil
}

// read collects lines until the pipe is closed.
func (o *output) read() {
	defer close(o.marked)
	var pending []byte
	keep := len(o.mark) + 1
	buffer := make([]byte, 32<<10)
	for {
		n, err := o.r.Read(buffer)
		pending = append(pending, buffer[:n]...)
		for {
			line, rest, whole := bytes.Cut(pending, []byte("\n"))
			if !whole {
				break
			}
			o.line(line)
			pending = rest
		}
		if len(pending) > maxLine+keep { // the mark may have begun at its end
			o.add(string(pending[:len(pending)-keep]))
			pending = append([]byte(nil), pending[len(pending)-keep:]...)
		}
		if err != nil {
			return
		}
	}
}

// line takes a whole line, or the mark behind what may be a line that has no end yet.
func (o *output) line(line []byte) {
	text, isMark := bytes.CutSuffix(line, o.mark)
	if !isMark || len(text) > 0 {
		o.add(string(text))
	}
	if isMark {
		o.marked <- struct{}{}
	}
}

func (o *output) add(line string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lines, o.bytes = append(o.lines, line), o.bytes+len(line)
	for o.bytes > maxBytes {
		o.bytes -= len(o.lines[0])
		o.lines = o.lines[1:]
	}
}

// take returns the lines that were written until now, and forgets them.
func (o *output) take() []string {
	if _, err := o.w.Write(append(o.mark[:len(o.mark):len(o.mark)], '\n')); err == nil {
		<-o.marked
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	lines := o.lines
	o.lines, o.bytes = nil, 0
	return lines
}

func (o *output) close() {
	_ = o.w.Close() // they are pipes
	_ = o.r.Close()
}
