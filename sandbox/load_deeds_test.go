package sandbox_test

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"strings"
)

// A visitor is a person of the load test, with all that the answers to them depend on.
type visitor struct {
	person
	rand    *rand.Rand
	photo   string // id of their own
	caption string
	version int
	files   map[string][]byte // in their private folder, by key
	likes   map[string]bool   // photos of others, by id
	changes *subscriber       // of their own photo
	deeds   int
}

// content are n bytes that a text stands for.
func content(text string, n int) []byte {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(text))
	random := rand.NewPCG(hash.Sum64(), uint64(n))
	made := make([]byte, 0, n+8)
	for len(made) < n {
		made = fmt.Appendf(made, "%016x", random.Uint64())
	}
	return made[:n]
}

// newVisitor signs somebody up and in, posts a photo of theirs, and subscribes to its changes.
func (l *load) newVisitor(i int) (*visitor, error) {
	name := fmt.Sprintf("visitor%d", i)
	l.pool.SignUp(name)
	p, err := l.enter(l.pool, name)
	if err != nil {
		return nil, err
	}
	v := &visitor{
		person: p, rand: rand.New(rand.NewPCG(uint64(i), 2026)), version: 1, caption: "first",
		files: map[string][]byte{}, likes: map[string]bool{},
	}
	if v.photo, err = l.createPhoto(p, v.caption); err != nil {
		return nil, err
	}
	v.changes, err = l.subscribe(p, `subscription($id: ID) { onPhotoChanged(id: $id) { id caption } }`, map[string]any{"id": v.photo})
	return v, err
}

// deeds are what visitors do, each as often as it is here. The error says what was wrong with an answer.
var deeds = slicesOf(
	deed{"reads a picture from S3", 10, (*load).readPicture},
	deed{"reads a picture from the CDN", 10, (*load).readCDN},
	deed{"stores a file", 10, (*load).storeFile},
	deed{"reads a file of their own", 10, (*load).readFile},
	deed{"reads a product", 15, (*load).readProduct},
	deed{"lists the products", 8, (*load).listProducts},
	deed{"lists the photos", 4, (*load).listPhotos},
	deed{"changes a caption, live", 8, (*load).changeCaption},
	deed{"likes or unlikes", 10, (*load).like},
	deed{"comments", 4, (*load).comment},
	deed{"tries what is forbidden", 8, (*load).trespass},
	deed{"signs in anew", 1, (*load).signInAnew},
)

type deed struct {
	name   string
	weight int
	do     func(*load, *visitor) error
}

func slicesOf(weighted ...deed) (all []deed) {
	for _, d := range weighted {
		for range d.weight {
			all = append(all, d)
		}
	}
	return all
}

// wants compares an answer with the body it must have.
func wants(a answer, err error, body []byte) error {
	if err != nil {
		return err
	}
	if a.status != http.StatusOK || !bytes.Equal([]byte(a.body), body) {
		return fmt.Errorf("got %d with %d bytes, want 200 with %d others: %.200s", a.status, len(a.body), len(body), a.body)
	}
	return nil
}

// refusedBy reports whether S3 refused.
func refusedBy(a answer, err error) error {
	if err != nil {
		return err
	}
	if a.status != http.StatusForbidden || !strings.Contains(a.body, "<Code>AccessDenied</Code>") {
		return fmt.Errorf("got %d %.200s, want AccessDenied", a.status, a.body)
	}
	return nil
}

// anyOf is one of the keys of a map that is not empty.
func anyOf[V any](random *rand.Rand, m map[string]V) (key string) {
	n := random.IntN(len(m))
	for key = range m {
		if n == 0 {
			break
		}
		n--
	}
	return key
}

func (l *load) readPicture(v *visitor) error {
	key := anyOf(v.rand, l.pictures)
	a, err := l.backend.files(v.keys, http.MethodGet, key, nil)
	return wants(a, err, l.pictures[key])
}

func (l *load) readCDN(v *visitor) error {
	key := anyOf(v.rand, l.pictures)
	target := "https://" + l.output("CDN", "DistributionDomainName") + strings.TrimPrefix(key, "public")
	request, err := http.NewRequest(http.MethodGet, target, http.NoBody)
	a, err := l.send(request, err)
	return wants(a, err, l.pictures[key])
}

func (l *load) storeFile(v *visitor) error {
	key := fmt.Sprintf("private/%s/%d.bin", v.identity, v.rand.IntN(5))
	v.deeds++
	body := content(fmt.Sprint(key, v.deeds), 1+v.rand.IntN(20_000))
	a, err := l.backend.files(v.keys, http.MethodPut, key, body)
	if err == nil && a.status != http.StatusOK {
		err = fmt.Errorf("got %d %.300s", a.status, a.body)
	}
	v.files[key] = body
	return err
}

func (l *load) readFile(v *visitor) error {
	if len(v.files) == 0 {
		return l.storeFile(v)
	}
	key := anyOf(v.rand, v.files)
	a, err := l.backend.files(v.keys, http.MethodGet, key, nil)
	return wants(a, err, v.files[key])
}

// A product as the load test selects it.
type product struct {
	ID, Name, ImgKey string
	IsLive           bool
}

func (l *load) readProduct(v *visitor) error {
	i := v.rand.IntN(len(l.products))
	var data struct{ GetProduct *product }
	if err := l.ask(l.orGuest(v), `query($id: ID!) { getProduct(id: $id) { id name imgKey isLive } }`, map[string]any{"id": l.products[i]}, &data); err != nil {
		return err
	}
	want := product{ID: l.products[i], Name: fmt.Sprintf("Product %d", i), ImgKey: "public/products/" + l.products[i] + "/main.jpg", IsLive: true}
	if data.GetProduct == nil || *data.GetProduct != want {
		return fmt.Errorf("got %+v, want %+v", data.GetProduct, want)
	}
	return nil
}

// orGuest is the visitor or, now and then, a guest who signs with the identity pool's credentials.
func (l *load) orGuest(v *visitor) person {
	if v.rand.IntN(3) == 0 {
		return l.guest
	}
	return v.person
}

func (l *load) listProducts(v *visitor) error {
	var data struct {
		ListProducts struct {
			Items     []product
			NextToken *string
		}
	}
	if err := l.ask(l.orGuest(v), `{ listProducts { items { id name imgKey isLive } nextToken } }`, nil, &data); err != nil {
		return err
	}
	items := data.ListProducts.Items
	if len(items) != len(l.products) || data.ListProducts.NextToken != nil {
		return fmt.Errorf("got %d products, want all %d", len(items), len(l.products))
	}
	for i, p := range items { // the newest first
		if want := l.products[len(l.products)-1-i]; p.ID != want || !p.IsLive {
			return fmt.Errorf("got %+v at %d, want %s", p, i, want)
		}
	}
	return nil
}

func (l *load) listPhotos(v *visitor) error {
	var data struct {
		ListPhotos struct {
			Items []struct {
				ID, CreatedAt string
				LikedByMe     *bool
			}
		}
	}
	if err := l.ask(v.person, `{ listPhotos { items { id createdAt likedByMe } } }`, nil, &data); err != nil {
		return err
	}
	items := data.ListPhotos.Items
	if want := min(20, len(l.visitors)); len(items) != want {
		return fmt.Errorf("got %d photos, want %d", len(items), want)
	}
	for i, p := range items {
		if i > 0 && p.CreatedAt > items[i-1].CreatedAt {
			return fmt.Errorf("got %s behind %s, want the newest first", p.CreatedAt, items[i-1].CreatedAt)
		}
		if p.LikedByMe == nil || *p.LikedByMe != v.likes[p.ID] {
			return fmt.Errorf("%s: got likedByMe %v, want %v", p.ID, p.LikedByMe, v.likes[p.ID])
		}
	}
	return nil
}

func (l *load) changeCaption(v *visitor) error {
	v.deeds++
	v.caption = fmt.Sprintf("caption %d of %s", v.deeds, v.name)
	var data struct {
		UpdatePhoto struct {
			Caption string
			Version int
		}
	}
	if err := l.ask(v.person, `mutation($id: ID!, $v: Int!, $c: String) { updatePhoto(id: $id, version: $v, caption: $c) { id caption version likeCount } }`,
		map[string]any{"id": v.photo, "v": v.version, "c": v.caption}, &data); err != nil {
		return err
	}
	v.version++
	if got := data.UpdatePhoto; got.Caption != v.caption || got.Version != v.version {
		return fmt.Errorf("got %+v, want %q at version %d", got, v.caption, v.version)
	}
	for { // likes of others come in between
		var event struct{ OnPhotoChanged struct{ ID, Caption string } }
		if err := v.changes.next(&event); err != nil {
			return err
		}
		if event.OnPhotoChanged.ID != v.photo {
			return fmt.Errorf("got an event of %s, want those of %s alone", event.OnPhotoChanged.ID, v.photo)
		}
		if event.OnPhotoChanged.Caption == v.caption {
			return nil
		}
	}
}

func (l *load) like(v *visitor) error {
	id := l.visitors[v.rand.IntN(len(l.visitors))].photo
	mutation := map[bool]string{false: "likePhoto", true: "unlikePhoto"}[v.likes[id]]
	if err := l.insist(v, `mutation($id: ID!) { `+mutation+`(id: $id) { id caption likeCount } }`, map[string]any{"id": id}, nil); err != nil {
		return err
	}
	v.likes[id] = !v.likes[id]
	var data struct{ GetPhoto *struct{ LikedByMe bool } }
	if err := l.ask(v.person, `query($id: ID!) { getPhoto(id: $id) { likedByMe } }`, map[string]any{"id": id}, &data); err != nil {
		return err
	}
	if data.GetPhoto == nil || data.GetPhoto.LikedByMe != v.likes[id] {
		return fmt.Errorf("%s: got %+v after %s", id, data.GetPhoto, mutation)
	}
	return nil
}

// insist asks again while somebody else's write came in the same moment.
func (l *load) insist(v *visitor, query string, variables map[string]any, data any) error {
	for range 50 {
		if err := l.ask(v.person, query, variables, data); errorType(err) != "Conflict" {
			return err
		}
	}
	return errors.New("got a Conflict 50 times, want an end of it")
}

func (l *load) comment(v *visitor) error {
	photo := l.visitors[v.rand.IntN(len(l.visitors))].photo
	v.deeds++
	text := fmt.Sprintf("comment %d of %s", v.deeds, v.name)
	var added struct {
		AddComment struct{ ID, Text, Author string }
	}
	if err := l.insist(v, `mutation($p: ID!, $t: String!) { addComment(photoId: $p, text: $t) { id photoId text author } }`,
		map[string]any{"p": photo, "t": text}, &added); err != nil {
		return err
	}
	id := added.AddComment.ID
	if added.AddComment.Text != text || added.AddComment.Author != v.name {
		return fmt.Errorf("got %+v, want %q", added, text)
	}
	var read struct {
		CommentsByPhoto struct{ Items []struct{ ID, Text string } }
	}
	if err := l.ask(v.person, `query($p: ID!) { commentsByPhoto(photoId: $p, limit: 100) { items { id text } } }`, map[string]any{"p": photo}, &read); err != nil {
		return err
	}
	found := false
	for _, c := range read.CommentsByPhoto.Items {
		found = found || c.ID == id && c.Text == text
	}
	if !found {
		return fmt.Errorf("got no comment %s of %s, which was just added", id, photo)
	}
	return l.insist(v, `mutation($p: ID!, $id: ID!) { deleteComment(photoId: $p, id: $id) { id photoId } }`, map[string]any{"p": photo, "id": id}, nil)
}

// trespass does what others may.
func (l *load) trespass(v *visitor) error {
	other := l.visitors[v.rand.IntN(len(l.visitors))]
	switch v.rand.IntN(5) {
	case 0:
		if other == v {
			return nil
		}
		return refusedBy(l.backend.files(v.keys, http.MethodGet, "private/"+other.identity+"/0.bin", nil))
	case 1:
		return refusedBy(l.backend.files(l.guest.keys, http.MethodPut, "public/products/x.png", []byte("x")))
	case 2:
		return refusedBy(l.backend.files(v.keys, http.MethodPut, "public/photos/"+v.sub+"/x.jpg", []byte("x")))
	case 3:
		var data struct{ GetProduct *product }
		err := l.ask(l.orGuest(v), `query($id: ID!) { getProduct(id: $id) { id } }`, map[string]any{"id": l.drafts[v.rand.IntN(len(l.drafts))]}, &data)
		if err == nil && data.GetProduct != nil {
			err = fmt.Errorf("got the draft %s, want null", data.GetProduct.ID)
		}
		return err
	default:
		if err := l.ask(l.guest, `{ listPhotos { items { id } } }`, nil, nil); errorType(err) != "UnauthorizedException" {
			return fmt.Errorf("got %w for a guest, want UnauthorizedException", err)
		}
		return nil
	}
}

func (l *load) signInAnew(v *visitor) error {
	p, err := l.enter(l.pool, v.name)
	if err == nil && (p.sub != v.sub || p.identity != v.identity) {
		err = fmt.Errorf("got the identity %s and sub %s, want %s and %s", p.identity, p.sub, v.identity, v.sub)
	}
	if err == nil {
		v.person = p
	}
	return err
}
