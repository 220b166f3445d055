package cognito

import (
	"time"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

// Attempts that failed are counted by name, whether there is such a user or not: who guesses learns nothing from being
// locked out.

// The kinds of attempts.
const (
	signInAttempt = "signin" // a password or the code of an authenticator app
	changeAttempt = "change" // the previous password of ChangePassword
	codeAttempt   = "code "  // a code; its purpose follows
	sendAttempt   = "send "  // a request for a code; its purpose follows
)

// Five wrong passwords lock a user out for one second, each further one for twice as long, up to 15 minutes; a sign-in, or
// 15 minutes without one, starts anew.
// https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#authentication-flow-lockout-behavior
const (
	freePasswords  = 5
	longestLockout = 15 * time.Minute
)

// Codes can be guessed at five times an hour and asked for twenty times. Cognito does not publish its limits but for these
// two figures. https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
const (
	freeGuesses  = 5
	freeRequests = 20
	guessWindow  = time.Hour
)

// attempts are the attempts of one kind on one name.
type attempts struct {
	directory.Expiring
	Count int
	Until time.Time // locked out until then; zero is not
}

func attemptsOf(t directory.Tx, p *directory.Pool, name, kind string, now time.Time) (attempts, error) {
	var a attempts
	_, err := t.GetJSON(directory.AttemptSpace, directory.Key(p.ID, name, kind), &a)
	if !now.Before(a.Expires) {
		a = attempts{}
	}
	return a, err
}

// lockedOut refuses an attempt at a password while the user is locked out of it.
func lockedOut(t directory.Tx, p *directory.Pool, name string, now time.Time) error {
	a, err := attemptsOf(t, p, name, signInAttempt, now)
	if err == nil && now.Before(a.Until) {
		err = refuse.NotAuthorized("Password attempts exceeded")
	}
	return err
}

// wrongSignIn counts a wrong password or code of an authenticator app.
func wrongSignIn(t directory.Tx, p *directory.Pool, name string, now time.Time) error {
	a, err := attemptsOf(t, p, name, signInAttempt, now)
	if err != nil {
		return err
	}
	a.Count++
	a.Expires = now.Add(longestLockout)
	if over := a.Count - freePasswords; over >= 0 {
		lock := longestLockout
		if over < 10 { // 2^10 s are more than the longest
			lock = time.Second << over
		}
		a.Until = now.Add(lock)
		a.Expires = a.Until.Add(longestLockout)
	}
	return t.PutExpiring(directory.AttemptSpace, directory.Key(p.ID, name, signInAttempt), a, a.Expires)
}

// spent refuses an attempt after as many as are free.
func spent(t directory.Tx, p *directory.Pool, name, kind string, free int, now time.Time) error {
	a, err := attemptsOf(t, p, name, kind, now)
	if err == nil && a.Count >= free {
		err = refuse.With("LimitExceededException", "Attempt limit exceeded, please try after some time.")
	}
	return err
}

// count counts an attempt within the window of the first.
func count(t directory.Tx, p *directory.Pool, name, kind string, now time.Time) error {
	a, err := attemptsOf(t, p, name, kind, now)
	if err != nil {
		return err
	}
	a.Count++
	if a.Expires.IsZero() {
		a.Expires = now.Add(guessWindow)
	}
	return t.PutExpiring(directory.AttemptSpace, directory.Key(p.ID, name, kind), a, a.Expires)
}

// forget starts counting anew.
func forget(t directory.Tx, p *directory.Pool, name, kind string) error {
	return t.Delete(directory.AttemptSpace, directory.Key(p.ID, name, kind))
}
