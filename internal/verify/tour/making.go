package tour

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// makingNote is the attribute of a user that has since when something is made for them, which a kill of the run does not end.
const makingNote = "zoneinfo"

// answered is what it has when there was an answer.
const answered = "nothing"

// atWork is how long something can be in the making after it was asked for: AppSync waits for 30 seconds, in which it calls a function at
// the latest, and that ends after 25.
// https://docs.aws.amazon.com/general/latest/gr/appsync.html
var atWork = time.Minute

// askToMake asks for what a function makes pictures for, and notes that in who asks while there is no answer.
func (w *walk) askToMake(ctx context.Context, c *caller, query string, variables map[string]any) (answer, error) {
	if err := w.noteMaking(ctx, c.user, time.Now().UTC().Format(time.RFC3339Nano)); err != nil {
		return answer{}, err
	}
	a := w.ask(ctx, pass{token: c.tokens.access}, query, variables)
	if strings.HasPrefix(a.said(), noAnswer) {
		return a, nil
	}
	return a, w.noteMaking(ctx, c.user, answered)
}

func (p *place) noteMaking(ctx context.Context, user, note string) error {
	_, err := p.stores.Users.AdminUpdateUserAttributes(ctx, &cognitoidentityprovider.AdminUpdateUserAttributesInput{
		UserPoolId: &p.stores.UserPool, Username: &user, UserAttributes: []types.AttributeType{{Name: aws.String(makingNote), Value: &note}},
	})
	return err
}

// rest waits until nothing is in the making for a user any more: what is written after their account is gone nobody would find.
func (p *place) rest(ctx context.Context, user types.UserType) error {
	since, err := time.Parse(time.RFC3339Nano, attribute(user.Attributes, makingNote))
	if err != nil {
		return nil // nothing is
	}
	left := min(time.Until(since.Add(atWork)), atWork) // whatever the clock of the other computer
	if left <= 0 {
		return nil
	}
	p.Tell("waiting %v for what is still made for %s", left.Round(time.Second), aws.ToString(user.Username))
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(left):
		return nil
	}
}
