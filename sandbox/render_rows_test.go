package sandbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"lightbox.example/lightbox/internal/pictures"
	"lightbox.example/lightbox/internal/render"
)

// operator is a backend whose sets the operator makes anew.
type operator struct {
	people
	by pictures.Options // what the command takes sets to be made by
}

// deployment is what the operator's command finds, on a wire or by the SDK's own.
func (p operator) deployment(w *wire) (*render.Deployment, error) {
	cfg := sdk.Config{
		Region: "us-east-1", BaseEndpoint: sdk.String("http://" + p.s.HTTP()),
		Credentials: credentials.NewStaticCredentialsProvider(root.AccessKeyID, root.SecretAccessKey, ""),
	}
	if w != nil {
		cfg.HTTPClient = w
		if w.after > 0 { // who was killed tries nothing again
			cfg.Retryer = func() sdk.Retryer { return sdk.NopRetryer{} }
		}
	}
	return render.Find(context.Background(), cfg, "Lightbox-dev-API", p.by)
}

// all makes what is due anew, as the command does, and answers what became of it: what was current is left out.
func (p operator) all(w *wire, again bool) ([]render.Outcome, error) {
	d, err := p.deployment(w)
	if err != nil {
		return nil, err
	}
	var due, outcomes []render.Outcome
	if err := d.Survey(context.Background(), again, func(o render.Outcome) { due = append(due, o) }); err != nil {
		return nil, err
	}
	for _, o := range due {
		if o.State == render.Due {
			o = d.Render(context.Background(), o.Key, again)
		}
		if o.State != render.Current {
			outcomes = append(outcomes, o)
		}
	}
	return outcomes, nil
}

// must is all without a fault, and what each was made of: "the original", or a file's name.
func (p operator) must(t *testing.T, again bool) map[string]string {
	t.Helper()
	outcomes, err := p.all(nil, again)
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]string{}
	for _, o := range outcomes {
		if of[o.ID] = o.From[strings.LastIndex(o.From, "/")+1:]; !o.Largest() {
			of[o.ID] = "the original"
		}
		if o.State != render.Made {
			of[o.ID] = fmt.Sprint(o.State, o.Err)
		}
	}
	return of
}

// picture uploads a picture of 600 × 300 pixels, each of another colour for another name.
func (p operator) picture(t *testing.T, by person, name string) string {
	t.Helper()
	picture, seed := image.NewNRGBA(image.Rect(0, 0, 600, 300)), content(name, 3)
	for y := range 300 {
		for x := range 600 {
			picture.Set(x, y, color.NRGBA{uint8(x) ^ seed[0], uint8(y) ^ seed[1], seed[2], 255})
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	key := "uploads/" + by.sub + "/" + uuid(by.sub, name)
	if err := ok(p.files(by.keys, http.MethodPut, key, file.Bytes())); err != nil {
		t.Fatal(err)
	}
	return key
}

// photo posts one, and product makes one and publishes it if it is to be live. They answer ids.
func (p operator) photo(t *testing.T, name string) string {
	t.Helper()
	var made struct{ CreatePhoto struct{ ID string } }
	if err := p.ask(p.ann, `mutation($in: PhotoInput!) { createPhoto(input: $in) { id } }`,
		map[string]any{"in": map[string]any{"imgKey": p.picture(t, p.ann, name)}}, &made); err != nil {
		t.Fatal(err)
	}
	return made.CreatePhoto.ID
}

func (p operator) product(t *testing.T, name string, live bool) string {
	t.Helper()
	var made struct{ CreateProduct struct{ ID string } }
	if err := p.ask(p.ada, `mutation($in: ProductInput!) { createProduct(input: $in) { id } }`, map[string]any{
		"in": map[string]any{"name": name, "price": 1, "currency": "EUR", "imgKey": p.picture(t, p.ada, name)},
	}, &made); err != nil {
		t.Fatal(err)
	}
	if live {
		if _, err := p.publish(p.ada, made.CreateProduct.ID); err != nil {
			t.Fatal(err)
		}
	}
	return made.CreateProduct.ID
}

// A stored row, as DynamoDB says it.
type stored map[string]map[string]any

func (r stored) text(name string) string {
	value, _ := r[name]["S"].(string)
	return value
}

func (r stored) number(name string) string {
	value, _ := r[name]["N"].(string)
	return value
}

func (r stored) area() string {
	return map[string]string{"LIVE": "public/products/", "DRAFT": "drafts/"}[r.text("state")] + map[string]string{"PHOTO": "public/photos/"}[r.text("row")]
}

func (r stored) files() []string {
	var all []string
	list, _ := r["renditions"]["L"].([]any)
	for _, each := range list {
		of := stored{"m": each.(map[string]any)["M"].(map[string]any)}
		width, format := of["m"]["width"].(map[string]any)["N"], of["m"]["format"].(map[string]any)["S"]
		all = append(all, fmt.Sprint(width, map[any]string{"webp": ".webp", "jpeg": ".jpg"}[format]))
	}
	return all
}

// table and key are where a row is: a photo's id has a dot.
func (p operator) place(t *testing.T, id string) (table string, key stored) {
	t.Helper()
	word, key := "Products", stored{"id": {"S": id}}
	if strings.Contains(id, ".") {
		word, key = "Photos", stored{"photoId": {"S": id}, "row": {"S": "PHOTO"}}
	}
	if owner, found := strings.CutPrefix(id, "PROFILE."); found {
		key = stored{"photoId": {"S": "PROFILE#" + owner}, "row": {"S": "PROFILE"}}
	}
	var tables struct{ TableNames []string }
	if err := p.call(root, "dynamodb", "ListTables", map[string]any{}, &tables); err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(tables.TableNames, func(name string) bool { return strings.Contains(name, word) })
	return tables.TableNames[at], key
}

func (p operator) row(t *testing.T, id string) stored {
	t.Helper()
	table, key := p.place(t, id)
	var got struct{ Item stored }
	if err := p.call(root, "dynamodb", "GetItem", map[string]any{"TableName": table, "Key": key, "ConsistentRead": true}, &got); err != nil {
		t.Fatal(err)
	}
	return got.Item
}

func (p operator) update(t *testing.T, id, expression string, values stored) {
	t.Helper()
	table, key := p.place(t, id)
	if err := p.call(root, "dynamodb", "UpdateItem", map[string]any{
		"TableName": table, "Key": key, "UpdateExpression": expression, "ExpressionAttributeValues": values,
		"ExpressionAttributeNames": map[string]string{"#b": "bytes"},
	}, nil); err != nil {
		t.Fatal(err)
	}
}

// aged gives a row the set that older sizes would have made, 120 and 480 pixels and a JPEG of 480, without its original or with it.
func (p operator) aged(t *testing.T, id string, original bool) {
	t.Helper()
	r := p.row(t, id)
	set, size := r.area()+r.text("folder")+"/", 0
	for from, to := range map[string]string{"160.webp": "120.webp", "480.webp": "480.webp", "600.jpg": "480.jpg"} {
		a, err := p.files(root, http.MethodGet, set+from, nil)
		if err = errors.Join(err, ok(p.files(root, http.MethodPut, set+to, []byte(a.body)))); err != nil {
			t.Fatal(err)
		}
		size += len(a.body)
	}
	kept := p.bytesOf(t, "originals/"+r.text("original"))
	expression, values := "SET renditions = :r, #b = :b", stored{":r": {"L": []any{rendition("120", "webp"), rendition("480", "webp"), rendition("480", "jpeg")}}}
	if !original {
		kept, expression, values[":none"] = 0, expression+", original = :none", map[string]any{"S": ""}
	}
	values[":b"] = map[string]any{"N": fmt.Sprint(size + kept)}
	p.update(t, id, expression, values)
	if owner := r.text("photoOwner"); owner != "" {
		p.update(t, "PROFILE."+owner, "ADD #b :b", stored{":b": {"N": fmt.Sprint(size + kept - atoi(t, r.number("bytes")))}})
	}
	for _, gone := range []string{"160.webp", "600.webp", "600.jpg"} {
		p.drop(t, set+gone)
	}
}

// drop deletes an object.
func (p operator) drop(t *testing.T, key string) {
	t.Helper()
	if a, err := p.files(root, http.MethodDelete, key, nil); err != nil || a.status != http.StatusNoContent {
		t.Fatalf("%s: got %d %s, %v", key, a.status, a.body, err)
	}
}

func rendition(width, format string) any {
	return map[string]any{"M": map[string]any{"width": map[string]any{"N": width}, "format": map[string]any{"S": format}}}
}

func atoi(t *testing.T, digits string) (n int) {
	t.Helper()
	if _, err := fmt.Sscan(digits, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// bytesOf is the size of an object.
func (p operator) bytesOf(t *testing.T, key string) int {
	t.Helper()
	a, err := p.files(root, http.MethodGet, key, nil)
	if err := ok(a, err); err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	return len(a.body)
}

// keys are those of the objects that are there, below a prefix.
func (p operator) keys(t *testing.T, prefix string) []string {
	t.Helper()
	versions, err := p.s.Files.Versions(p.output("FileStorage", "BucketName"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, one := range versions {
		if one.Latest && !one.DeleteMarker && strings.HasPrefix(one.Key, prefix) {
			all = append(all, one.Key)
		}
	}
	return all
}

// whole makes sure that rows have the files that they name, in these sizes, that no other file is there, that bytes and totals are
// those of the files, and that a live product's JPEG is its set's.
func (p operator) whole(t *testing.T, what string, sizes map[string][]string) {
	t.Helper()
	total, named := 0, []string{}
	for id, want := range sizes {
		r := p.row(t, id)
		if got := r.files(); !slices.Equal(got, want) || r["replaced"] != nil {
			t.Errorf("%s: %s: got %v, replaced %v, want %v", what, id, got, r["replaced"], want)
		}
		size, set := 0, r.area()+r.text("folder")+"/"
		for _, file := range want {
			size += p.bytesOf(t, set+file)
			named = append(named, set+file)
		}
		if r.text("original") != "" {
			size += p.bytesOf(t, "originals/"+r.text("original"))
		}
		if got := atoi(t, r.number("bytes")); got != size {
			t.Errorf("%s: %s: got %d bytes, want those of its files, %d", what, id, got, size)
		}
		if r.text("photoOwner") != "" {
			total += size
		}
		p.bytesOf(t, "answers/"+r.text("claim"))
		if r.text("state") == "LIVE" {
			main := "public/products/" + id + "/main.jpg"
			named = append(named, main)
			shown, err := p.files(root, http.MethodGet, main, nil)
			jpeg, fault := p.files(root, http.MethodGet, set+want[len(want)-1], nil)
			if err != nil || fault != nil || shown.body != jpeg.body {
				t.Errorf("%s: %s: got another JPEG at the address that stays: %v %v", what, id, err, fault)
			}
		}
	}
	slices.Sort(named)
	eventually(t, what, func() error { // what rows had goes by the streams
		got := append(p.keys(t, "public/"), p.keys(t, "drafts/")...)
		if slices.Sort(got); !slices.Equal(got, named) {
			return fmt.Errorf("got the files\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(named, "\n"))
		}
		return nil
	})
	if got := p.row(t, "PROFILE."+p.ann.sub).number("bytes"); got != fmt.Sprint(total) {
		t.Errorf("%s: got a total of %s bytes, want %d", what, got, total)
	}
}
