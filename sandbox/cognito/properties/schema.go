package properties

import (
	"regexp"
	"slices"
	"unicode/utf16"

	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

// Attribute is Cognito's AttributeType.
type Attribute struct {
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

// IsEmail reports whether text has the form of an e-mail address.
func IsEmail(text string) bool { return emailPattern.MatchString(text) }

var (
	emailPattern = regexp.MustCompile(`\A[^\s@]+@[^\s@]+\.[^\s@]+\z`)
	phonePattern = regexp.MustCompile(`\A\+[0-9]{1,15}\z`)
)

// schemaOf finds what the pool's own schema says of an attribute. One that is not standard has a name with custom: in front.
func (s *Pool) schemaOf(name string) (SchemaAttribute, bool) {
	for _, a := range s.Schema {
		known := "custom:" + a.Name
		if slices.Contains(standardAttributes, a.Name) {
			known = a.Name
		}
		if known == name {
			return a, true
		}
	}
	return SchemaAttribute{}, false
}

// RequiredAttributes are the attributes that every user has.
func (s *Pool) RequiredAttributes() []string {
	var names []string
	for _, a := range s.Schema {
		if a.Required {
			names = append(names, a.Name)
		}
	}
	return names
}

// Conforms checks attributes against the schema. Those of a new user may be immutable.
func (s *Pool) Conforms(given []Attribute, newUser bool) error {
	seen := map[string]bool{}
	for _, a := range given {
		if seen[a.Name] {
			return refuse.InvalidParameter("Attribute %s is given twice", a.Name)
		}
		seen[a.Name] = true
		schema, own := s.schemaOf(a.Name)
		switch {
		case a.Name == "sub":
			return refuse.InvalidParameter("Cannot modify the non-mutable attribute sub")
		case !own && !slices.Contains(standardAttributes, a.Name):
			return refuse.InvalidParameter("Attributes did not conform to the schema: Type for attribute {%s} could not be determined", a.Name)
		case own && !newUser && schema.Mutable != nil && !*schema.Mutable:
			return refuse.InvalidParameter("user.%s: Attribute cannot be updated.", a.Name)
		case a.Name == "email" && a.Value != "" && !IsEmail(a.Value):
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
func (s SchemaAttribute) fits(a Attribute) error {
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

// Complete checks that a user has all attributes that the pool requires.
func (s *Pool) Complete(attributes map[string]string) error {
	for _, name := range s.RequiredAttributes() {
		if attributes[name] == "" {
			return refuse.InvalidParameter("Attributes did not conform to the schema: %s: The attribute is required", name)
		}
	}
	return nil
}

// MayWrite checks that the client may set the attributes for its users. This comes before the schema, so that a client
// can't find out what attributes there are.
func (s *Client) MayWrite(given []Attribute) error {
	for _, a := range given {
		if !s.writes(a.Name) {
			return refuse.NotAuthorized("A client attempted to write unauthorized attribute")
		}
	}
	return nil
}
