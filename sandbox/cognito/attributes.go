package cognito

import (
	"maps"
	"regexp"
	"slices"
	"unicode/utf16"

	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

// attribute is Cognito's AttributeType.
type attribute struct {
	Name  string `shape:"AttributeNameType" required:"true"`
	Value string `shape:"AttributeValueType"`
}

// standardAttributes are the attributes that every pool knows.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
var standardAttributes = []string{
	"address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name", "locale", "middle_name", "name",
	"nickname", "phone_number", "phone_number_verified", "picture", "preferred_username", "profile", "updated_at", "website",
	"zoneinfo",
}

var (
	emailPattern = regexp.MustCompile(`\A[^\s@]+@[^\s@]+\.[^\s@]+\z`)
	phonePattern = regexp.MustCompile(`\A\+[0-9]{1,15}\z`)
)

// schemaOf finds what the pool's own schema says of an attribute. One that is not standard has a name with custom: in front.
func (p *pool) schemaOf(name string) (schemaAttribute, bool) {
	for _, a := range p.Settings.Schema {
		known := "custom:" + a.Name
		if slices.Contains(standardAttributes, a.Name) {
			known = a.Name
		}
		if known == name {
			return a, true
		}
	}
	return schemaAttribute{}, false
}

// requiredAttributes are the attributes that every user has.
func (p *pool) requiredAttributes() []string {
	var names []string
	for _, a := range p.Settings.Schema {
		if a.Required {
			names = append(names, a.Name)
		}
	}
	return names
}

// conforms checks attributes against the schema. Those of a new user may be immutable.
func (p *pool) conforms(given []attribute, newUser bool) error {
	seen := map[string]bool{}
	for _, a := range given {
		if seen[a.Name] {
			return refuse.InvalidParameter("Attribute %s is given twice", a.Name)
		}
		seen[a.Name] = true
		schema, own := p.schemaOf(a.Name)
		switch {
		case a.Name == "sub":
			return refuse.InvalidParameter("Cannot modify the non-mutable attribute sub")
		case !own && !slices.Contains(standardAttributes, a.Name):
			return refuse.InvalidParameter("Attributes did not conform to the schema: Type for attribute {%s} could not be determined", a.Name)
		case own && !newUser && schema.Mutable != nil && !*schema.Mutable:
			return refuse.InvalidParameter("user.%s: Attribute cannot be updated.", a.Name)
		case a.Name == "email" && a.Value != "" && !emailPattern.MatchString(a.Value):
			return refuse.InvalidParameter("Invalid email address format.")
		case a.Name == "phone_number" && a.Value != "" && !phonePattern.MatchString(a.Value):
			return refuse.InvalidParameter("Invalid phone number format.")
		}
		if err := schema.fits(a); err != nil {
			return err
		}
	}
	return nil
}

// fits checks a value's length; an empty one deletes the attribute.
func (s schemaAttribute) fits(a attribute) error {
	limits := s.StringAttributeConstraints
	if limits == nil || a.Value == "" {
		return nil
	}
	length := len(utf16.Encode([]rune(a.Value)))
	if limits.MinLength != nil && length < *limits.MinLength {
		return refuse.InvalidParameter("Attributes did not conform to the schema: %s: String must be longer than %d characters", a.Name, *limits.MinLength)
	}
	if limits.MaxLength != nil && length > *limits.MaxLength {
		return refuse.InvalidParameter("Attributes did not conform to the schema: %s: String must be no longer than %d characters", a.Name, *limits.MaxLength)
	}
	return nil
}

// complete checks that a user has all attributes that the pool requires.
func (p *pool) complete(attributes map[string]string) error {
	for _, name := range p.requiredAttributes() {
		if attributes[name] == "" {
			return refuse.InvalidParameter("Attributes did not conform to the schema: %s: The attribute is required", name)
		}
	}
	return nil
}

// mayWrite checks that the client may set the attributes for its users. This comes before the schema, so that a client
// can't find out what attributes there are.
func (s *clientProperties) mayWrite(given []attribute) error {
	for _, a := range given {
		if !s.writes(a.Name) {
			return refuse.NotAuthorized("A client attempted to write unauthorized attribute")
		}
	}
	return nil
}

// writeAttributes sets attributes as a client may. A changed e-mail address is not verified.
func (c *request) writeAttributes(t tx, p *pool, cl *client, u *user, given []attribute) error {
	if err := cl.Settings.mayWrite(given); err != nil {
		return err
	}
	if err := p.conforms(given, false); err != nil {
		return err
	}
	for _, a := range given {
		if a.Name == "email" && a.Value != u.Attributes["email"] {
			if err := t.releaseAlias(p, u); err != nil {
				return err
			}
			u.Attributes["email_verified"] = "false"
		}
		u.set(a)
	}
	return p.complete(u.Attributes)
}

// set sets an attribute; one without a value goes.
func (u *user) set(a attribute) {
	if u.Attributes == nil {
		u.Attributes = map[string]string{}
	}
	if a.Value == "" {
		delete(u.Attributes, a.Name)
		return
	}
	u.Attributes[a.Name] = a.Value
}

// list is the user's attributes, sub first and the others by name, as far as visible lets them be seen.
func (u *user) list(visible func(name string) bool) []attribute {
	list := []attribute{{"sub", u.Sub}}
	for _, name := range slices.Sorted(maps.Keys(u.Attributes)) {
		if visible(name) {
			list = append(list, attribute{name, u.Attributes[name]})
		}
	}
	return list
}

// all sees every attribute.
func all(string) bool { return true }
