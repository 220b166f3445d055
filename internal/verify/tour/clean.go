package tour

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/person"
	"lightbox.example/lightbox/internal/verify"
)

// Clean removes what runs have made, whether they ended or were ended, and answers how many users that were. A run that is at work is stopped.
func Clean(ctx context.Context, world verify.World) (done Cleaned, err error) {
	p, err := find(ctx, world)
	if err != nil {
		return Cleaned{}, err
	}
	defer p.roads.close()
	l, err := p.lock(ctx, "--clean", true)
	if err != nil {
		return Cleaned{}, err
	}
	defer func() { err = errors.Join(err, l.release(ctx)) }()
	return p.clean(ctx, Prefix)
}

// clean removes what has a prefix of ours: Prefix, or that of one run. Whatever fails, the rest is removed all the same, and whose things
// are left stays in the user pool, for the next.
func (p *place) clean(ctx context.Context, prefix string) (Cleaned, error) {
	faults := []error{p.cleanStrays(ctx, prefix)}
	users, others, err := p.made(ctx, prefix)
	if err != nil {
		return Cleaned{}, errors.Join(append(faults, err)...)
	}
	for _, user := range users {
		if err := p.unmake(ctx, user); err != nil && !p.isGone(ctx, user) {
			faults = append(faults, fmt.Errorf("%s: %w", aws.ToString(user.Username), err))
		}
	}
	return Cleaned{len(users), others}, errors.Join(faults...)
}

// isGone tells whether somebody else has removed a user: the run that made them, which was taken over and knows all that is theirs.
func (p *place) isGone(ctx context.Context, user types.UserType) bool {
	for range 20 {
		_, err := p.stores.Users.AdminGetUser(ctx, &cognitoidentityprovider.AdminGetUserInput{UserPoolId: &p.stores.UserPool, Username: user.Username})
		if err != nil {
			return isGone(err)
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(500 * time.Millisecond): // it goes last
		}
	}
	return false
}

// made are the users that runs have made and that are there, less the lock, and the names of others with the prefix.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
func (p *place) made(ctx context.Context, prefix string) (all []types.UserType, others []string, err error) {
	pages := cognitoidentityprovider.NewListUsersPaginator(p.stores.Users, &cognitoidentityprovider.ListUsersInput{
		UserPoolId: &p.stores.UserPool, Filter: aws.String(`username ^= "` + prefix + `"`),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, nil, err
		}
		for _, user := range page.Users {
			switch name := aws.ToString(user.Username); {
			case !strings.HasPrefix(name, prefix) || name == p.locked && isOfRun(user): // whatever the filter found
			case isOfRun(user):
				all = append(all, user)
			default:
				others = append(others, name)
			}
		}
	}
	return all, others, nil
}

// unmake removes a user with all that is theirs, and the guest that they note.
func (p *place) unmake(ctx context.Context, user types.UserType) error {
	who := person.Person{Username: aws.ToString(user.Username), Sub: attribute(user.Attributes, "sub")}
	if guest := attribute(user.Attributes, guestNote); guest != "" {
		who.Identities = append(who.Identities, guest)
	}
	noted := strings.Fields(attribute(user.Attributes, folderNote))
	if err := p.rest(ctx, user); err != nil {
		return err
	}
	if !user.Enabled {
		if err := p.enable(ctx, who.Username); err != nil {
			return err
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

// enable lets a user sign in whom somebody blocked meanwhile.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminEnableUser.html
func (p *place) enable(ctx context.Context, user string) error {
	_, err := p.stores.Users.AdminEnableUser(ctx, &cognitoidentityprovider.AdminEnableUserInput{UserPoolId: &p.stores.UserPool, Username: &user})
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
func strays(prefix string) (prefixes []string) {
	prefixes = []string{prefix, strings.TrimPrefix(access.OriginPath, "/") + "/" + prefix}
	for _, rule := range access.Rules() {
		area, _, _ := strings.Cut(rule.Area, "{")
		prefixes = append(prefixes, area+prefix)
	}
	slices.Sort(prefixes)
	return slices.Compact(prefixes)
}

// cleanStrays removes those.
func (p *place) cleanStrays(ctx context.Context, prefix string) error {
	faults := []error{p.abort(ctx, strays(prefix))}
	for _, stray := range strays(prefix) {
		faults = append(faults, p.bucket().Erase(ctx, stray, func(int, int64) {}))
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
