package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/internal/environment"
	"lightbox.example/lightbox/internal/pictures"
)

// Pictures is the function `pictures`. Its zero value is not usable: see NewPictures.
type Pictures struct {
	store store
	// dropOriginals is the setting: an upload is not kept in originals/.
	dropOriginals bool
	options       pictures.Options
	// free lets one call at a time in: the memory of the function is what one picture needs.
	free chan struct{}
}

// NewPictures is the function on a bucket, with the environment's settings.
func NewPictures(client *s3.Client, settings environment.Settings) *Pictures {
	return &Pictures{store{client, settings.Bucket}, settings.DropOriginals, Options(settings), make(chan struct{}, 1)}
}

// Options are what sets are made by, in an environment.
func Options(settings environment.Settings) pictures.Options {
	return pictures.Options{MaxBytes: maxUpload, AVIF: settings.AVIF}
}

// Answer is what the function answers, as JSON: one of its fields, or two to render.
type Answer struct {
	Picture *Picture `json:"picture,omitempty"` // of make and render
	Folder  string   `json:"folder,omitempty"`  // of copy: 32 hex digits
	Gone    bool     `json:"gone,omitempty"`    // of copy, beside the folder: a file was gone, so the row has changed
	Done    bool     `json:"done,omitempty"`    // of main
	Claim   string   `json:"claim,omitempty"`   // of render, beside the picture: what names its folder in answers/
	// Failures are the changes of a stream that have to come again: the first that failed, with all that follow.
	Failures *[]events.DynamoDBBatchItemFailure `json:"batchItemFailures,omitempty"`
	// Error is why not, in words for the person who sent the picture: what they can mend.
	Error string `json:"error,omitempty"`
}

// Picture is a set of renditions as a row of the API's tables keeps it.
type Picture struct {
	Folder      string      `json:"folder"`      // 32 hex digits, below the area
	Width       int         `json:"width"`       // pixels of the upright original
	Height      int         `json:"height"`      //
	Placeholder string      `json:"placeholder"` // a ThumbHash, base64
	Renditions  []Rendition `json:"renditions"`
	// Original is SUB/FOLDER, the name of the upload in originals/; "" where it is not kept.
	Original string `json:"original"`
	Bytes    int64  `json:"bytes"` // of all renditions, and of the original where it is kept
}

// Rendition is one of a set: the file WIDTH.avif, WIDTH.webp or WIDTH.jpg of the set's folder.
type Rendition struct {
	Width  int    `json:"width"`  // pixels
	Format string `json:"format"` // avif, webp or jpeg
}

// File is its name in the set's folder.
func (r Rendition) File() string { return strconv.Itoa(r.Width) + suffixes[r.Format] }

// suffixes are those of renditions' files, by their formats.
var suffixes = map[string]string{string(pictures.AVIF): ".avif", string(pictures.WebP): ".webp", string(pictures.JPEG): ".jpg"}

// Handle answers an event with one of the commands:
//
//	{"make": {"area": "public/photos/", "upload": "uploads/SUB/UUID", "owner": "SUB", "claim": "UUID"}} → {"picture": {…}} or {"error": "…"}
//	{"copy": {"from": "drafts/FOLDER/", "to": "public/products/", "claim": "FOLDER.VERSION", "files": ["160.webp"]}} → {"folder": "…"} or {"folder": "…", "gone": true}
//	{"main": {"product": "ID", "file": "public/products/FOLDER/1280.jpg"}}                         → {"done": true}
//	{"render": {"set": "public/photos/FOLDER/", "from": "originals/SUB/FOLDER"}}                   → {"picture": {…}, "claim": "FOLDER.DIGEST"} or {"error": "…"}
//
// Package bucket says what may stand in them. Everything that a person can mend is an answer with words, everything else an error.
//
// An event of the stream of products is {"Records": […]}, and its answer what has to come again: see follow.
func (p *Pictures) Handle(ctx context.Context, event json.RawMessage) (Answer, error) {
	changes, streamed, err := bucket.ReadChanges(event)
	if err != nil {
		return Answer{}, err
	}
	if streamed {
		return p.follow(ctx, changes), nil
	}
	command, err := bucket.ReadPictures(event)
	if err != nil {
		return Answer{}, err
	}
	select {
	case p.free <- struct{}{}:
		defer func() { <-p.free }()
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
	var answer Answer
	switch {
	case command.Make != nil:
		answer.Picture, err = p.make(ctx, command.Make)
		err = named("make", err)
	case command.Copy != nil:
		answer.Folder, answer.Gone, err = p.copy(ctx, command.Copy)
		err = named("copy", err)
	case command.Main != nil:
		err = named("main", p.main(ctx, command.Main))
		answer.Done = err == nil
	case command.Render != nil:
		answer.Picture, answer.Claim, err = p.render(ctx, command.Render)
		err = named("render", err)
	}
	if words, ok := wordsOf(err); ok {
		return Answer{Error: words}, nil
	}
	if err != nil {
		return Answer{}, err
	}
	return answer, nil
}

// named is an error of a command, and nil for nil.
func named(command string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", command, err)
}

// wordsOf are the words in an error that a person can mend.
func wordsOf(err error) (words string, ok bool) {
	if refusal, ok := errors.AsType[*pictures.Refusal](err); ok {
		return refusal.Words, true
	}
	m, ok := errors.AsType[bucket.Mendable](err)
	return string(m), ok
}
