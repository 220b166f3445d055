package access

// Callers is a set of those who may call a field of the API: SignedIn | Guests, for example.
type Callers uint32

// Who calls the API. A member of a group is signed in as well; see In.
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
	// Identities call by IAM, with the credentials that the identity pool gives those who signed in: of the
	// role of users, or of a group's. Neither guests nor tokens get to what is for them alone.
	Identities

	everyone = Guests | SignedIn
	// groupBits are the bits of those who are no group. The groups' follow, in their order.
	groupBits = iota - 1
)

// In calls with a token that says one of the groups, about anybody's rows. A group that is not
// declared is a bit without a name, which ValidateFields refuses.
func In(groups ...Principal) Callers {
	var callers Callers
	for _, group := range groups {
		bit := indexOf(group)
		if bit < 0 {
			bit = mostGroups
		}
		callers |= 1 << (groupBits + bit)
	}
	return callers
}

// callerNames are the callers' names, by their bit.
func callerNames() []string {
	names := []string{"guests", "signed in", "owner", "host", "signed-in identities"}
	for _, group := range Groups() {
		names = append(names, string(group.Name))
	}
	return names
}

// String is the callers' names in their order, as in "owner, Admins". An empty set is "nobody".
func (c Callers) String() string { return setOf(uint32(c), callerNames(), ", ", "nobody") }

// Groups are those of the groups that may call, when nobody else with a token may: what
// @aws_cognito_user_pools has to name. None is for every signed-in user, or for nobody.
func (c Callers) Groups() []Principal {
	var groups []Principal
	for _, group := range Groups() {
		if c&(SignedIn|Owner|Host) == 0 && c&In(group.Name) != 0 {
			groups = append(groups, group.Name)
		}
	}
	return groups
}
