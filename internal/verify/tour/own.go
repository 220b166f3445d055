package tour

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// runNote is the attribute that tells a user whom a run made, from AdminCreateUser on, and ofRun what it says. The web client may not write
// it: anybody may sign up by a name with Prefix, and nobody with the note.
const (
	runNote = "name"
	ofRun   = "made by lightbox verify"
)

// attribute is what a user has, "" if they do not have it.
func attribute(all []types.AttributeType, name string) string {
	for _, one := range all {
		if aws.ToString(one.Name) == name {
			return aws.ToString(one.Value)
		}
	}
	return ""
}

// isOfRun tells a user whom a run made: they have the note, and no address.
func isOfRun(user types.UserType) bool {
	return strings.HasPrefix(aws.ToString(user.Username), Prefix) && attribute(user.Attributes, runNote) == ofRun &&
		attribute(user.Attributes, "email") == "" && attribute(user.Attributes, "phone_number") == ""
}

// Cleaned is what Clean did.
type Cleaned struct {
	Users  int      // of runs, who were removed
	Others []string // names of users who have Prefix and are not of a run
}

const mostNamed = 10 // of others: anybody may sign up

// Left says of each of the others that they are left alone.
func (c Cleaned) Left() (sentences []string) {
	slices.Sort(c.Others)
	for i, name := range c.Others {
		if i == mostNamed {
			return append(sentences, fmt.Sprintf("and %d more", len(c.Others)-i))
		}
		sentences = append(sentences, fmt.Sprintf("%q is not of a run: left alone", name))
	}
	return sentences
}
