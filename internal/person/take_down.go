package person

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var errNoPhoto = errors.New("got no photo of that id, want one that is there")

// HidePhoto hides one photo for everybody, until ShowPhoto shows it, or Show all of its owner's. forget has the CDN forget its folder, also
// where it was hidden before, because an earlier run may have been killed. changed tells whether it was not.
func (s *Stores) HidePhoto(ctx context.Context, id string, forget func(ctx context.Context, folders []string) error) (changed bool, err error) {
	what, err := s.hide(ctx, id, written(time.Now()))
	if what.folder == "" {
		return false, errors.Join(err, missing(err))
	}
	return what.changed, errors.Join(err, wrap("the CDN", forget(ctx, []string{what.folder})))
}

// ShowPhoto shows a photo again that HidePhoto hid. One of somebody who is blocked or leaves stays hidden, which is an error.
func (s *Stores) ShowPhoto(ctx context.Context, id string) (changed bool, err error) {
	own, err := s.ownRows(ctx, ownerOf(id))
	switch {
	case err != nil:
		return false, err
	case own.leaving != "":
		return false, fmt.Errorf("its owner leaves since %s, want somebody who stays", own.leaving)
	case own.blocked != "":
		return false, fmt.Errorf("its owner is blocked since %s, want them unblocked: that shows all of theirs", own.blocked)
	}
	what, err := s.show(ctx, id)
	if what.folder == "" {
		return false, errors.Join(err, missing(err))
	}
	return what.changed, err
}

// missing is that there is no photo, where nothing else went wrong.
func missing(err error) error {
	if err != nil {
		return nil
	}
	return errNoPhoto
}
