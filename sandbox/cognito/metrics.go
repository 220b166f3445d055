package cognito

import (
	"sync"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

// A metered operation counts how often it succeeds, for an app client, and how often it is one too many.
// https://docs.aws.amazon.com/cognito/latest/developerguide/metrics-for-cognito-user-pools.html
type metered struct {
	metric string // as in SignIn, of SignInSuccesses and SignInThrottles
	// most is how many requests of its category a user pool answers in a second.
	// https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#category_operations
	most     int
	category string
}

var (
	signUps   = metered{"SignUp", 50, "UserCreation"}
	signIns   = metered{"SignIn", 120, "UserAuthentication"}
	refreshes = metered{"TokenRefresh", 120, "UserToken"}
)

// A quota counts the requests of a second, by their categories.
type quota struct {
	mu     sync.Mutex
	second int64
	asked  map[string]int
}

// exceeds counts a request, and reports whether it is one too many.
func (q *quota) exceeds(second int64, of metered) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.second != second || q.asked == nil {
		q.second, q.asked = second, map[string]int{}
	}
	q.asked[of.category]++
	return q.asked[of.category] > of.most
}

// forClient is a request of an app client, with what it counts as.
type forClient interface {
	counts() (client string, as metered)
}

// counted is an operation whose successes and throttles are counted. One that comes to a further challenge is not over, and counts for
// nothing yet.
func counted[In forClient](run func(*request, In) (any, error)) func(*request, In) (any, error) {
	return func(c *request, in In) (any, error) {
		client, as := in.counts()
		_, p, err := c.client(client)
		if err != nil {
			return run(c, in) // which says so
		}
		report := func(metric string, value float64) {
			c.meter.Count("AWS/Cognito", metric, value, "Count", "UserPool", p.ID, "UserPoolClient", client)
		}
		if c.quotas && c.quota.exceeds(c.at.Unix(), as) {
			report(as.metric+"Throttles", 1)
			return nil, refuse.With("TooManyRequestsException", "Rate exceeded")
		}
		output, err := run(c, in)
		switch done, isStep := output.(authAnswer); {
		case err != nil:
			report(as.metric+"Successes", 0)
		case !isStep || done.AuthenticationResult != nil:
			report(as.metric+"Successes", 1)
		}
		return output, err
	}
}

func (in signUpRequest) counts() (string, metered)    { return in.ClientID, signUps }
func (in respondRequest) counts() (string, metered)   { return in.ClientID, signIns }
func (in getTokensRequest) counts() (string, metered) { return in.ClientID, refreshes }

func (in initiateAuthRequest) counts() (string, metered) {
	if in.AuthFlow == "REFRESH_TOKEN_AUTH" || in.AuthFlow == "REFRESH_TOKEN" {
		return in.ClientID, refreshes
	}
	return in.ClientID, signIns
}

// limits are what a Service counts and keeps to.
type limits struct {
	meter  aws.Meter
	quotas bool
	quota  *quota
}
