package sandbox_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// mutations is what the writers by GraphQL have in common: each of their mutations is a transaction.
type mutations struct{ n, count int }

func (*mutations) transactional() bool { return true }
func (m *mutations) acknowledged() int { return m.count }

// answered counts a mutation that is answered. What another writer's came before is answered too, and tried again.
func (m *mutations) answered(err error) error {
	if err == nil {
		m.count++
	}
	if errorType(err) == "Conflict" {
		return nil
	}
	return err
}

// posts posts photos.
type posts struct {
	mutations
	by    person
	there map[string]string // captions by id
}

func (*posts) name() string { return "GraphQL createPhoto" }

func (p *posts) write(b *backend) error {
	p.n++
	words := fmt.Sprint("post ", p.n)
	id, err := b.createPhoto(p.by, words)
	if err == nil {
		p.there[id] = words
	}
	return p.answered(err)
}

// check looks for the acknowledged photos, and for the pictures of all: each has a folder of its own, and every file in it.
func (p *posts) check(b *backend, s state) error {
	var faults []error
	for id, caption := range p.there {
		if got := s.photos[id+" PHOTO"].text("caption"); got != caption {
			faults = append(faults, fmt.Errorf("the photo %s was acknowledged with %q, and is there with %q", id, caption, got))
		}
	}
	folders := map[string]string{}
	for place, row := range s.photos {
		id, photo := strings.CutSuffix(place, " PHOTO")
		if !photo {
			continue
		}
		folder := row.text("folder")
		if other, taken := folders[folder]; taken {
			faults = append(faults, fmt.Errorf("the photos %s and %s have the folder %s", id, other, folder))
		}
		folders[folder] = id
		for _, file := range []string{"40.webp", "40.jpg"} {
			if err := ok(b.files(p.by.keys, http.MethodHead, "public/photos/"+folder+"/"+file, nil)); err != nil {
				faults = append(faults, fmt.Errorf("the photo %s: %s: %w", id, file, err))
			}
		}
	}
	return errors.Join(faults...)
}

func (p *posts) recheck(b *backend, s state) error { return p.check(b, s) }

// likes likes and unlikes photos.
type likes struct {
	mutations
	by      person
	photos  []string
	likes   map[string]bool // as answered
	unknown string          // the photo whose like was not answered; "" for none
}

func (*likes) name() string { return "GraphQL likePhoto, unlikePhoto" }

func (l *likes) write(b *backend) error {
	l.n++
	id := l.photos[l.n%len(l.photos)]
	mutation := map[bool]string{false: "likePhoto", true: "unlikePhoto"}[l.likes[id]]
	err := b.ask(l.by, `mutation($id: ID!) { `+mutation+`(id: $id) { id likeCount } }`, map[string]any{"id": id}, nil)
	switch {
	case err == nil:
		l.likes[id] = !l.likes[id]
	case errorType(err) != "Conflict":
		l.unknown = id
	}
	return l.answered(err)
}

func (l *likes) check(_ *backend, s state) error {
	var faults []error
	for _, id := range l.photos {
		_, there := s.photos[id+" LIKE#"+l.by.sub]
		if id != l.unknown && there != l.likes[id] {
			faults = append(faults, fmt.Errorf("the like of %s was acknowledged as %v, and is %v", id, l.likes[id], there))
		}
		l.likes[id] = there
	}
	l.unknown = ""
	return errors.Join(faults...)
}

func (l *likes) recheck(b *backend, s state) error { return l.check(b, s) }

// comments adds comments and deletes every third.
type comments struct {
	mutations
	by    person
	photo string
	there map[string]string // texts by id
	gone  []string          // ids
	last  string            // the one that was added last, and not tried to delete
}

func (*comments) name() string { return "GraphQL addComment, deleteComment" }

func (c *comments) write(b *backend) error {
	c.n++
	if c.n%3 == 0 && c.last != "" {
		return c.delete(b)
	}
	text := fmt.Sprint("comment ", c.n)
	var added struct{ AddComment struct{ ID string } }
	err := b.ask(c.by, `mutation($p: ID!, $t: String!) { addComment(photoId: $p, text: $t) { id } }`, map[string]any{"p": c.photo, "t": text}, &added)
	if err == nil {
		c.last = added.AddComment.ID
		c.there[c.last] = text
	}
	return c.answered(err)
}

func (c *comments) delete(b *backend) error {
	id := c.last
	err := b.ask(c.by, `mutation($p: ID!, $id: ID!) { deleteComment(photoId: $p, id: $id) { id } }`, map[string]any{"p": c.photo, "id": id}, nil)
	switch {
	case err == nil:
		delete(c.there, id)
		c.gone, c.last = append(c.gone, id), ""
	case errorType(err) != "Conflict":
		delete(c.there, id)
		c.last = ""
	}
	return c.answered(err)
}

func (c *comments) check(_ *backend, s state) error {
	var faults []error
	for id, text := range c.there {
		if got := s.photos[c.photo+" COMMENT#"+id].text("text"); got != text {
			faults = append(faults, fmt.Errorf("the comment %s was acknowledged with %q, and is there with %q", id, text, got))
		}
	}
	for _, id := range c.gone {
		if _, there := s.photos[c.photo+" COMMENT#"+id]; there {
			faults = append(faults, fmt.Errorf("the deletion of the comment %s was acknowledged, and it is there", id))
		}
	}
	return errors.Join(faults...)
}

func (c *comments) recheck(b *backend, s state) error { return c.check(b, s) }
