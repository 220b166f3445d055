package logs

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// Line is a line of any group, for the sandbox's own pages.
type Line struct {
	ID            string // lines that were written later have a larger number
	Time          time.Time
	Group, Stream string
	Message       string
}

// Lines are the lines of all groups in the order in which they were written: the first ones behind the line whose ID is
// after, or the latest ones if it is empty, or is a line that is not there and behind which there is none: it was one of a state that
// another was loaded in the place of. There are at most limit.
func (s *Service) Lines(after string, limit int) ([]Line, error) {
	within := store.Range{Reverse: true}
	if after != "" {
		number, err := strconv.ParseUint(after, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("got the line %q, want the number of one", after)
		}
		within = store.Range{From: binary.BigEndian.AppendUint64(nil, number)}
	}
	var lines []Line
	there := false // whether there is anything from that line on
	err := s.Store.View(func(tx store.Reader) error {
		for number, key := range tx.Range(arrivalSpace, within) {
			if len(lines) == limit {
				return nil
			}
			there = true
			if bytes.Equal(number, within.From) {
				continue
			}
			var e event
			if _, err := store.GetJSON(tx, eventSpace, key, &e); err != nil {
				return err
			}
			group, _, _ := strings.Cut(string(key), "\x00")
			lines = append(lines, Line{
				ID:   strconv.FormatUint(binary.BigEndian.Uint64(number), 10),
				Time: time.UnixMilli(timeOf(key)), Group: group, Stream: e.Stream, Message: e.Message,
			})
		}
		return nil
	})
	if !there && after != "" && err == nil {
		return s.Lines("", limit)
	}
	if within.Reverse {
		slices.Reverse(lines)
	}
	return lines, err
}

// Tail are the lines of a group with the latest times, the oldest of them first. There are at most limit.
func (s *Service) Tail(groupName string, limit int) ([]Line, error) {
	within := store.Prefix([]byte(groupName + "\x00"))
	within.Reverse = true
	var lines []Line
	err := s.Store.View(func(tx store.Reader) error {
		for key, value := range tx.Range(eventSpace, within) {
			if len(lines) == limit {
				return nil
			}
			var e event
			if err := json.Unmarshal(value, &e); err != nil {
				return fmt.Errorf("%s %q: %w", eventSpace, key, err)
			}
			lines = append(lines, Line{
				ID:   strconv.FormatUint(binary.BigEndian.Uint64(key[len(key)-8:]), 10),
				Time: time.UnixMilli(timeOf(key)), Group: groupName, Stream: e.Stream, Message: e.Message,
			})
		}
		return nil
	})
	slices.Reverse(lines)
	return lines, err
}
