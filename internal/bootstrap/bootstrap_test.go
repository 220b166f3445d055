package bootstrap

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/smithy-go"
)

// answer is a CloudFormation that gives one.
type answer struct{ err error }

func (a answer) DescribeStacks(context.Context, *cloudformation.DescribeStacksInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error) {
	return &cloudformation.DescribeStacksOutput{}, a.err
}

func TestCheck_tellsARegionThatIsNotReady(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want string // "" for nothing
	}{
		"the control": {nil, ""},
		"no stack":    {&smithy.GenericAPIError{Code: "ValidationError", Message: "Stack with id CDKToolkit does not exist"}, "`npx cdk bootstrap aws://ACCOUNT/us-east-1`"},
		"no right":    {&smithy.GenericAPIError{Code: "AccessDenied", Message: "is not authorized"}, "us-east-1: api error AccessDenied: is not authorized"},
		"no network":  {errors.New("no route"), "us-east-1: no route"},
	} {
		got := Check(t.Context(), answer{test.err}, "us-east-1")
		if test.want == "" && got != nil || test.want != "" && (got == nil || !strings.Contains(got.Error(), test.want)) {
			t.Errorf("%s: got %v, want %q", name, got, test.want)
		}
	}
}
