package tour

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/person"
	"lightbox.example/lightbox/internal/verify"
)

// Clean removes what runs have made, whether they ended or were ended, and answers how many users that were.
func Clean(ctx context.Context, world verify.World) (int, error) {
	p, err := find(ctx, world)
	if err != nil {
		return 0, err
	}
	defer p.roads.close()
	return p.clean(ctx)
}

// clean is Clean. Whatever fails, the rest is removed all the same, and whose things are left stays in the user pool, for the next.
func (p *place) clean(ctx context.Context) (int, error) {
	faults := []error{p.cleanStrays(ctx)}
	users, err := p.made(ctx)
	if err != nil {
		return 0, errors.Join(append(faults, err)...)
	}
	for _, user := range users {
		if err := p.unmake(ctx, user); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", aws.ToString(user.Username), err))
		}
	}
	return len(users), errors.Join(faults...)
}

// made are the users that runs have made and that are there.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
func (p *place) made(ctx context.Context) (all []types.UserType, err error) {
	pages := cognitoidentityprovider.NewListUsersPaginator(p.stores.Users, &cognitoidentityprovider.ListUsersInput{
		UserPoolId: &p.stores.UserPool, Filter: aws.String(`username ^= "` + Prefix + `"`),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, user := range page.Users {
			if strings.HasPrefix(aws.ToString(user.Username), Prefix) { // and nobody else, whatever the filter found
				all = append(all, user)
			}
		}
	}
	return all, nil
}

// unmake removes a user with all that is theirs, and the guest that they note.
func (p *place) unmake(ctx context.Context, user types.UserType) error {
	who := person.Person{Username: aws.ToString(user.Username)}
	var noted []string
	for _, attribute := range user.Attributes {
		switch value := aws.ToString(attribute.Value); aws.ToString(attribute.Name) {
		case "sub":
			who.Sub = value
		case guestNote:
			who.Identities = append(who.Identities, value)
		case folderNote:
			noted = strings.Fields(value)
		}
	}
	identity, err := p.identityOf(ctx, who.Username)
	if err != nil {
		return fmt.Errorf("which identity is theirs: %w", err)
	}
	who.Identities = append(who.Identities, identity)
	if err := errors.Join(p.abort(ctx, p.folders(who)), p.withdraw(ctx, who, noted)); err != nil {
		return err
	}
	_, err = p.stores.Unmake(ctx, who, nil)
	return err
}

// identityOf is the identity of a user whom we made: signing in again finds it, or makes one where there was none.
func (p *place) identityOf(ctx context.Context, user string) (string, error) {
	password, err := p.renewPassword(ctx, user)
	if err != nil {
		return "", err
	}
	got, err := p.signIn(ctx, user, password)
	if wanted, is := errors.AsType[*challenged](err); is && wanted.by == types.ChallengeNameTypeSoftwareTokenMfa {
		if err = p.forgetFactor(ctx, user); err == nil {
			got, err = p.signIn(ctx, user, password)
		}
	}
	if err != nil {
		return "", err
	}
	return p.identityBy(ctx, p.login(got.id))
}

// forgetFactor lets a user set up another second factor.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserMFAPreference.html
func (p *place) forgetFactor(ctx context.Context, user string) error {
	_, err := p.stores.Users.AdminSetUserMFAPreference(ctx, &cognitoidentityprovider.AdminSetUserMFAPreferenceInput{
		UserPoolId: &p.stores.UserPool, Username: &user, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: false},
	})
	return err
}

// folders are a person's own in the bucket.
func (p *place) folders(who person.Person) (prefixes []string) {
	for _, rule := range access.Rules() {
		switch {
		case strings.Contains(rule.Area, access.UserToken):
			prefixes = append(prefixes, strings.ReplaceAll(rule.Area, access.UserToken, who.Sub))
		case strings.Contains(rule.Area, access.IdentityToken):
			for _, id := range who.Identities {
				prefixes = append(prefixes, strings.ReplaceAll(rule.Area, access.IdentityToken, id))
			}
		}
	}
	return prefixes
}

// strays are what keys of ours outside of the users' folders begin with: in each area, and in none.
func strays() (prefixes []string) {
	prefixes = []string{Prefix, strings.TrimPrefix(access.OriginPath, "/") + "/" + Prefix}
	for _, rule := range access.Rules() {
		area, _, _ := strings.Cut(rule.Area, "{")
		prefixes = append(prefixes, area+Prefix)
	}
	slices.Sort(prefixes)
	return slices.Compact(prefixes)
}

// cleanStrays removes those.
func (p *place) cleanStrays(ctx context.Context) error {
	faults := []error{p.abort(ctx, strays())}
	for _, prefix := range strays() {
		faults = append(faults, p.bucket().Erase(ctx, prefix, func(int, int64) {}))
	}
	return errors.Join(faults...)
}

// abort aborts uploads in parts that were begun below prefixes.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
func (p *place) abort(ctx context.Context, prefixes []string) error {
	var faults []error
	for _, prefix := range prefixes {
		pages := s3.NewListMultipartUploadsPaginator(p.stores.Files, &s3.ListMultipartUploadsInput{Bucket: &p.stores.Bucket, Prefix: &prefix})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return errors.Join(append(faults, err)...)
			}
			for _, upload := range page.Uploads {
				_, err := p.stores.Files.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &p.stores.Bucket, Key: upload.Key, UploadId: upload.UploadId})
				faults = append(faults, err)
			}
		}
	}
	return errors.Join(faults...)
}
