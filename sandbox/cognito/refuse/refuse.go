// Package refuse has the refusals that more than one part of Cognito's user pools gives. Their words are Cognito's own, as its
// clients know them: developers and Amplify's user interface tell errors apart by them.
package refuse

import (
	"errors"
	"net/http"

	"lightbox.example/lightbox/sandbox/aws"
)

// With is a refusal with a code, as in CodeMismatchException, and a message; it is answered with status 400.
func With(code, format string, args ...any) error {
	return aws.Refuse(http.StatusBadRequest, code, format, args...)
}

// InvalidParameter refuses what a request says.
func InvalidParameter(format string, args ...any) error {
	return With("InvalidParameterException", format, args...)
}

// NotAuthorized refuses who asks.
func NotAuthorized(format string, args ...any) error {
	return With("NotAuthorizedException", format, args...)
}

// Unsupported refuses what Cognito can do and the sandbox can't.
func Unsupported(format string, args ...any) error {
	return With("UnsupportedOperationException", format, args...)
}

// WrongPassword is also the answer for a user who is not there, where the client prevents that this is seen.
func WrongPassword() error { return NotAuthorized("Incorrect username or password.") }

// UserUnknown is the answer for a user who is not there, where that may be seen.
func UserUnknown() error { return With("UserNotFoundException", "User does not exist.") }

// UserDisabled is the answer for a user whom an administrator has disabled.
func UserDisabled() error { return NotAuthorized("User is disabled.") }

// ResetRequired is the answer for a user whose password an administrator has reset.
func ResetRequired() error {
	return With("PasswordResetRequiredException", "Password reset required for the user")
}

// SessionInvalid is the answer for the Session of a challenge that was not given so.
func SessionInvalid() error { return NotAuthorized("Invalid session for the user.") }

// Is reports whether err is the refusal with that code.
func Is(err error, code string) bool {
	var known *aws.Error
	return errors.As(err, &known) && known.Code == code
}
