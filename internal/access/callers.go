package access

// Callers is a set of those who may call a field of the API: SignedIn | Guests, for example.
type Callers uint8

// Who calls the API. A member of a group is signed in as well.
const (
	// Guests call by IAM, with the credentials of the guest role. What is for them is open to the
	// other roles by IAM too: a public page is the same for whoever looks at it.
	Guests Callers = 1 << iota
	// SignedIn calls with a token of the user pool, about anybody's rows.
	SignedIn
	// Owner calls with a token of the user pool, about a row of their own.
	Owner
	// Host calls with a token of the user pool, about what others put on a row of theirs: the
	// comments on their photo.
	Host
	// GroupAdmins calls with a token that says Admins, about anybody's rows.
	GroupAdmins

	everyone   = Guests | SignedIn
	allCallers = Guests | SignedIn | Owner | Host | GroupAdmins
)

// callerNames are the callers' names, by their bit.
var callerNames = [...]string{"guests", "signed in", "owner", "host", string(Admins)}

// String is the callers' names in their order, as in "owner, Admins". An empty set is "nobody".
func (c Callers) String() string { return setOf(uint8(c), callerNames[:], ", ", "nobody") }

// Groups are those of the groups that may call, when nobody else with a token may: what
// @aws_cognito_user_pools has to name. None is for every signed-in user, or for nobody.
func (c Callers) Groups() []Principal {
	if c&(SignedIn|Owner|Host) != 0 || c&GroupAdmins == 0 {
		return nil
	}
	return []Principal{Admins}
}
