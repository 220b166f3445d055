package person

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/bucket"
)

// Clients are those of the services that have something of people.
type Clients struct {
	Users      *cognitoidentityprovider.Client
	Identities *cognitoidentity.Client
	Tables     *dynamodb.Client
	Files      *s3.Client
}

// Names are where they have it.
type Names struct {
	UserPool string // its id
	Photos   string // the table
	Products string // the table
	Bucket   string // of files
}

// Stores are all places where something of a person is.
type Stores struct {
	Clients
	Names
}

// New are the stores of a deployment.
func New(clients Clients, names Names) *Stores { return &Stores{clients, names} }

// Afterlife is how long a mark stays when the account is gone: tokens that were handed out before are good for an hour, and so are keys
// that are handed out for one until it ends. It is both.
const Afterlife = 2 * time.Hour

// A Person is whom this is about.
type Person struct {
	Sub string
	// Username is their name in the user pool. Of somebody who signs in by another company's account Cognito wants it; without it
	// the one that the mark has is taken.
	Username string
	// Identities are ids of the identity pool that somebody says are theirs and that no pair row says.
	Identities []string
}

var anIdentity = regexp.MustCompile(`^[\w-]+:[0-9a-f-]+$`)

// check errs where a folder's name would not be one person's. The error joins all faults.
func (p Person) check() error {
	var faults []error
	if !bucket.IsSub(p.Sub) {
		faults = append(faults, fmt.Errorf("sub: got %q, want that of a user, as in 01234567-89ab-4cde-8f01-23456789abcd", p.Sub))
	}
	return errors.Join(append(faults, areIdentities(p.Identities))...)
}

func areIdentities(ids []string) error {
	var faults []error
	for i, id := range ids {
		if !anIdentity.MatchString(id) {
			faults = append(faults, fmt.Errorf("identities[%d]: got %q, want the id of an identity, as in us-east-1:01234567-89ab-4cde-8f01-23456789abcd", i, id))
		}
	}
	return errors.Join(faults...)
}

// Asked errs, without a call, where what somebody asks for can be nobody's name and no identity's id. The error joins all faults.
func Asked(user string, identities []string) error {
	return errors.Join(wanted(user), areIdentities(identities))
}

// What a person has. Files are by their area, as the access table has it; products are those whose original is theirs.
const (
	Account    = "account"
	Photos     = "photos"
	Comments   = "comments"
	Likes      = "likes"
	Days       = "days"
	Products   = "products"
	Identities = "identities"
	Pairs      = "pair rows"
	Profile    = "profile"
)

// A Count is how many there are of something, and of files how many bytes.
type Count struct {
	Of    string
	Items int
	Bytes int64
}

// Counts are what there is of a person, or what was erased, in the order in which it is erased.
type Counts []Count

func (c *Counts) add(of string, items int, bytes int64) {
	for i := range *c {
		if (*c)[i].Of == of {
			(*c)[i].Items += items
			(*c)[i].Bytes += bytes
			return
		}
	}
	*c = append(*c, Count{of, items, bytes})
}

// Items are how many there are of something.
func (c Counts) Items(of string) int {
	for _, one := range c {
		if one.Of == of {
			return one.Items
		}
	}
	return 0
}

// Total are how many there are of everything.
func (c Counts) Total() (items int) {
	for _, one := range c {
		items += one.Items
	}
	return items
}

// Areas are those of the access table with a folder of each person's, by the token that the folder is named by.
func Areas(token string) (areas []string) {
	for _, rule := range access.Rules() {
		if strings.Contains(rule.Area, token) {
			areas = append(areas, rule.Area)
		}
	}
	return areas
}

// folders are a person's own, each with its area.
func folders(sub string, identities []string) (all []folder) {
	for _, area := range Areas(access.UserToken) {
		all = append(all, folder{area, strings.ReplaceAll(area, access.UserToken, sub), ""})
	}
	for _, area := range Areas(access.IdentityToken) {
		for _, id := range identities {
			all = append(all, folder{area, strings.ReplaceAll(area, access.IdentityToken, id), id})
		}
	}
	return all
}

// A folder is of an area, and of an identity if that names it.
type folder struct{ area, prefix, identity string }
