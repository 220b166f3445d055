package plan

import (
	"fmt"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
)

// Failed is a stack of the account that can't be updated as it is.
type Failed struct {
	Status    string // as in ROLLBACK_COMPLETE
	Protected bool   // by termination protection
}

// neverMade reports whether the stack was never created as a whole: the CDK CLI deletes it and makes another.
func (f Failed) neverMade() bool {
	return f.Status == "ROLLBACK_COMPLETE" || f.Status == "ROLLBACK_FAILED" || f.Status == "CREATE_FAILED"
}

// finding says what has to be done before the stack can be deployed.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
func (f Failed) finding(s *assembly.Stack) []Finding {
	_, env, _ := parts(s.Name)
	found := ofStack(Cannot, s)
	found.ID += "/" + strings.ToLower(f.Status)
	switch {
	case f.neverMade() && f.Protected:
		found.Says = fmt.Sprintf("Its first deployment failed: it is in %s, and protected. It has to be deleted before it is made anew, which is refused.", f.Status)
		found.Steps = []string{
			fmt.Sprintf("go run ./cmd/lightbox leftovers --unlock --env %s says what stayed of it, and lets the next deployment delete it.", env),
			"Deploy again.",
		}
	case f.neverMade():
		found = ofStack(LeftOver, s)
		found.ID += "/" + strings.ToLower(f.Status)
		found.Says = fmt.Sprintf("Its first deployment failed: it is in %s. The next one deletes it and makes it anew.", f.Status)
		found.Steps = []string{fmt.Sprintf("go run ./cmd/lightbox leftovers --env %s says what stayed of it, new and unused.", env)}
	case f.Status == "UPDATE_ROLLBACK_FAILED":
		found.Says = "It is in UPDATE_ROLLBACK_FAILED: an update failed, and so did the way back."
		found.Steps = []string{"Mend what its events name, and: npx cdk rollback " + s.ID, "Deploy again."}
	default:
		found.Says = fmt.Sprintf("It is in %s, and can't be updated.", f.Status)
		found.Steps = []string{"Wait until it is at rest, or see what its events say; then plan again."}
	}
	return []Finding{found}
}
