package tour

import (
	"context"
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/internal/person"
)

// folderNote is the attribute of a user that has the folders in which pictures of a product of theirs have been. The functions remove those,
// but versions can be brought back for a while, and no row says any more where they are.
const folderNote = "profile"

// aFolder is one that pictures of a product can have had.
var aFolder = regexp.MustCompile(`^(` + regexp.QuoteMeta(bucket.Products) + `|` + regexp.QuoteMeta(bucket.Drafts) + `)[0-9a-f-]{32,36}/$`)

// note notes the folder of a product's pictures in who made it, and that of its main picture.
func (w *walk) note(ctx context.Context, author *caller, product *shown) error {
	for _, rendition := range product.Picture.Renditions {
		author.folders = append(author.folders, path.Dir(rendition.Key)+"/")
	}
	author.folders = append(author.folders, bucket.Products+product.ID+"/")
	slices.Sort(author.folders)
	author.folders = slices.Compact(author.folders)
	return w.noteFolders(ctx, author.user, author.folders)
}

// noteFolders writes the attribute, which no user may write.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html
func (p *place) noteFolders(ctx context.Context, user string, folders []string) error {
	_, err := p.stores.Users.AdminUpdateUserAttributes(ctx, &cognitoidentityprovider.AdminUpdateUserAttributesInput{
		UserPoolId: &p.stores.UserPool, Username: &user,
		UserAttributes: []types.AttributeType{{Name: aws.String(folderNote), Value: aws.String(strings.Join(folders, " "))}},
	})
	return err
}

// withdraw removes products of somebody whom we made, and all versions of their pictures. What is found is noted before it is deleted, so
// that the next run goes on where one was ended.
func (p *place) withdraw(ctx context.Context, who person.Person, noted []string) error {
	made, err := p.stores.MadeOf(ctx, who.Sub)
	if err != nil {
		return err
	}
	folders := slices.DeleteFunc(noted, func(one string) bool { return !aFolder.MatchString(one) })
	for _, one := range made {
		folders = append(folders, bucket.Products+one.Folder+"/", bucket.Drafts+one.Folder+"/", bucket.Products+one.ID+"/")
	}
	if len(made) > 0 {
		if err := p.noteFolders(ctx, who.Username, folders); err != nil && !isGone(err) {
			return err
		}
	}
	var faults []error
	for _, one := range made {
		faults = append(faults, p.stores.DeleteProduct(ctx, one.ID))
	}
	for _, folder := range folders {
		faults = append(faults, p.emptied(ctx, folder), p.bucket().Erase(ctx, folder, func(int, int64) {}))
	}
	return errors.Join(faults...)
}

// emptied waits until the functions have removed what was in a folder: what they remove later would leave a mark. It waits two minutes at
// most, after which nobody else does it.
func (p *place) emptied(ctx context.Context, folder string) error {
	for until := time.Now().Add(2 * time.Minute); time.Now().Before(until); {
		page, _, err := p.bucket().Latest(folder, "")(ctx)
		if err != nil || len(page) == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
	}
	return nil
}
