package sandbox_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"regexp"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
)

// working is an assembly of dev whose functions work, and that lets people have more pictures made a day than the tests do.
func working(t testing.TB) string {
	t.Helper()
	return deploytest.WorkingAssembly(t, "..", "dev", func(_ string, template []byte) []byte {
		return aDay.ReplaceAll(template, []byte(`${1}1000000"`))
	})
}

// aDay is the setting of how many pictures that is.
var aDay = regexp.MustCompile(`("PICTURES_[A-Z]+_DAY": ")[0-9]+"`)

// drawing is a small PNG that the words stand for.
func drawing(words string) ([]byte, error) {
	picture := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	copy(picture.Pix, content(words, len(picture.Pix)))
	for i := 3; i < len(picture.Pix); i += 4 {
		picture.Pix[i] = 255
	}
	var file bytes.Buffer
	err := png.Encode(&file, picture)
	return file.Bytes(), err
}

// upload puts a picture that the words stand for where its owner may, and answers its key.
func (b *backend) upload(by person, words string) (key string, err error) {
	picture, err := drawing(words)
	if err != nil {
		return "", err
	}
	key = "uploads/" + by.sub + "/" + uuid(by.sub, words)
	return key, ok(b.files(by.keys, http.MethodPut, key, picture))
}

// createPhoto uploads a picture that the words stand for, and posts it as a photo.
func (b *backend) createPhoto(by person, words string) (id string, err error) {
	key, err := b.upload(by, words)
	if err != nil {
		return "", err
	}
	var made struct{ CreatePhoto struct{ ID string } }
	err = b.ask(by, `mutation($in: PhotoInput!) { createPhoto(input: $in) { id } }`, map[string]any{
		"in": map[string]any{"imgKey": key, "caption": words},
	}, &made)
	return made.CreatePhoto.ID, err
}

// createProduct makes a draft with a picture.
func (b *backend) createProduct(by person, name string, price int) (id string, err error) {
	key, err := b.upload(by, name)
	if err != nil {
		return "", err
	}
	var made struct{ CreateProduct struct{ ID string } }
	err = b.ask(by, `mutation($in: ProductInput!) { createProduct(input: $in) { id } }`, map[string]any{
		"in": map[string]any{"name": name, "price": price, "currency": "EUR", "imgKey": key},
	}, &made)
	return made.CreateProduct.ID, err
}

// publish puts a draft at version 1 into the catalogue, and answers the public keys of its picture.
func (b *backend) publish(by person, id string) (keys []string, err error) {
	var made struct {
		PublishProduct struct {
			ImgKey  string
			Picture struct{ Renditions []struct{ Key string } }
		}
	}
	if err := b.ask(by, `mutation($id: ID!) { publishProduct(id: $id, version: 1) { id imgKey picture { renditions { key } } } }`,
		map[string]any{"id": id}, &made); err != nil {
		return nil, err
	}
	keys = []string{made.PublishProduct.ImgKey}
	for _, one := range made.PublishProduct.Picture.Renditions {
		keys = append(keys, one.Key)
	}
	if len(keys) < 3 {
		return nil, fmt.Errorf("got the pictures %v of %s, want at least main.jpg, a WebP and a JPEG", keys, id)
	}
	return keys, nil
}
