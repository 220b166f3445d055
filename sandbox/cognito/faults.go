package cognito

import (
	"errors"
	"net/http"

	"lightbox.example/lightbox/sandbox/aws"
)

// The refusals that more than one operation gives. Their words are Cognito's own, as its clients know them: developers and
// Amplify's user interface tell errors apart by them.

func refuse(code, format string, args ...any) error {
	return aws.Refuse(http.StatusBadRequest, code, format, args...)
}

func invalidParameter(format string, args ...any) error {
	return refuse("InvalidParameterException", format, args...)
}

func notAuthorized(format string, args ...any) error {
	return refuse("NotAuthorizedException", format, args...)
}

// unsupported refuses what Cognito can do and the sandbox can't.
func unsupported(format string, args ...any) error {
	return refuse("UnsupportedOperationException", format, args...)
}

// wrongPassword is also the answer for a user who is not there, where the client prevents that this is seen.
func wrongPassword() error { return notAuthorized("Incorrect username or password.") }

func userUnknown() error { return refuse("UserNotFoundException", "User does not exist.") }

func userDisabled() error { return notAuthorized("User is disabled.") }

func userUnconfirmed() error { return refuse("UserNotConfirmedException", "User is not confirmed.") }

func resetRequired() error {
	return refuse("PasswordResetRequiredException", "Password reset required for the user")
}

func groupUnknown() error { return refuse("ResourceNotFoundException", "Group not found.") }

func aliasTaken() error {
	return refuse("AliasExistsException", "An account with the email already exists.")
}

func tooManyAttempts() error {
	return refuse("LimitExceededException", "Attempt limit exceeded, please try after some time.")
}

func unauthorizedAttribute() error {
	return notAuthorized("A client attempted to write unauthorized attribute")
}

func poolUnknown(id string) error {
	return refuse("ResourceNotFoundException", "User pool %s does not exist.", id)
}

func clientUnknown(id string) error {
	return refuse("ResourceNotFoundException", "User pool client %s does not exist.", id)
}

// sessionInvalid, sessionUsed and sessionExpired are the faults of the Session of a challenge.
func sessionInvalid() error { return notAuthorized("Invalid session for the user.") }

func sessionUsed() error {
	return notAuthorized("Invalid session for the user, session can only be used once.")
}

func sessionExpired() error {
	return notAuthorized("Invalid session for the user, session is expired.")
}

// is reports whether err is the refusal with that code.
func is(err error, code string) bool {
	var known *aws.Error
	return errors.As(err, &known) && known.Code == code
}
