package access

// Trigger is when a user pool calls a function, by Cognito's name of it.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
type Trigger string

// The triggers that a function may have.
const (
	// PreSignUp asks before somebody signs up, or an administrator makes a user: an error is the person's answer, and there is
	// no user.
	PreSignUp Trigger = "PreSignUp"
	// PostConfirmation tells of who has confirmed a sign-up, or a new password with a code.
	PostConfirmation Trigger = "PostConfirmation"
	// CustomMessage asks for the words of a mail. Cognito takes them for a pool with a sender of its own.
	CustomMessage Trigger = "CustomMessage"
)

// Triggers are all of them.
func Triggers() []Trigger { return []Trigger{PreSignUp, PostConfirmation, CustomMessage} }

// IsTrigger tells a function that the user pool calls, and nobody else. It stands in the stack Auth, reaches nothing of a later
// stack, and has no columns.
func (f Function) IsTrigger() bool { return len(f.Triggers) > 0 }

// What a trigger's function has. Cognito waits for five seconds, calls again, and gives up after three times: one that is ended
// before has failed once, and is not running twice.
const (
	TriggerMemoryMB = 512
	TriggerSeconds  = 4
)
