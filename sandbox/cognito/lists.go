package cognito

import (
	"regexp"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/pipeline"
)

var listOperations = pipeline.Table[*Service]{
	"ListUsers": signed((*request).listUsers),
}

type listUsersRequest struct {
	poolRequest
	AttributesToGet []string `each:"AttributeNameType"`
	Limit           *int     `shape:"QueryLimitType"`
	PaginationToken string   `shape:"SearchPaginationTokenType"`
	Filter          string   `shape:"UserFilterType"`
}

type listUsersAnswer struct {
	Users           []userRecord
	PaginationToken string `json:",omitempty"`
}

// listUsers lists the users that pass a filter, in the order of their names.
func (c *request) listUsers(in listUsersRequest) (any, error) {
	passes, err := parseFilter(in.Filter)
	if err != nil {
		return nil, err
	}
	visible := all
	if in.AttributesToGet != nil {
		visible = func(name string) bool { return slices.Contains(in.AttributesToGet, name) }
	}
	var answer listUsersAnswer
	err = c.view(func(t directory.Tx) error {
		p, err := t.Pool(in.UserPoolID)
		if err != nil {
			return err
		}
		answer.Users, answer.PaginationToken, err = c.pageOfUsers(t, p, in.Limit, in.PaginationToken, passes, visible)
		return err
	})
	if in.AttributesToGet != nil && !slices.Contains(in.AttributesToGet, "sub") {
		for i := range answer.Users {
			answer.Users[i].Attributes = answer.Users[i].Attributes[1:]
		}
	}
	return answer, err
}

// all sees every attribute.
func all(string) bool { return true }

// pageOfUsers is a page of the users that pass.
func (c *request) pageOfUsers(t directory.Tx, p *directory.Pool, limit *int, token string, passes func(*directory.User) bool, visible func(string) bool) (records []userRecord, next string, err error) {
	after, err := c.readToken(token, "users", p.ID)
	if err != nil {
		return nil, "", err
	}
	records = []userRecord{}
	last := ""
	err = t.Users(p, after, func(folded string, u *directory.User) bool {
		if !passes(u) {
			return true
		}
		if len(records) == pageSize(limit) {
			next = c.writeToken(last, "users", p.ID)
			return false
		}
		records, last = append(records, recordOf(u, visible)), folded
		return true
	})
	return records, next, err
}

// pageSize is how many entries a page has; 0 asks for as many as there can be.
func pageSize(limit *int) int {
	if limit == nil || *limit == 0 {
		return 60
	}
	return *limit
}

// writeToken and readToken make a token of the last entry of a page, and find it again. What the list is of says of.
func (c *request) writeToken(last string, of ...string) string {
	return c.pages.Seal(last, append([]string{"Cognito"}, of...)...)
}

func (c *request) readToken(token string, of ...string) (last string, err error) {
	if token == "" {
		return "", nil
	}
	last, ok := c.pages.Open(token, append([]string{"Cognito"}, of...)...)
	if !ok {
		return "", refuse.InvalidParameter("Invalid pagination token")
	}
	return last, nil
}

// filterPattern is AttributeName Filter-Type "AttributeValue"; quotes and backslashes in the value are escaped.
var filterPattern = regexp.MustCompile(`\A\s*([\w:]+)\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*\z`)

// escaped is a character behind a backslash.
var escaped = regexp.MustCompile(`\\(.)`)

// searchable are the attributes that a filter can be about. cognito:user_status is compared without regard to case.
var searchable = []string{
	"username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username", "cognito:user_status",
	"status", "sub",
}

// parseFilter reads the filter of ListUsers; an empty one passes all.
// https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html#cognito-user-pools-searching-for-users-using-listusers-api
func parseFilter(filter string) (func(*directory.User) bool, error) {
	if strings.TrimSpace(filter) == "" {
		return func(*directory.User) bool { return true }, nil
	}
	m := filterPattern.FindStringSubmatch(filter)
	if m == nil {
		return nil, refuse.InvalidParameter("Error while parsing filter.")
	}
	name, operator, want := m[1], m[2], escaped.ReplaceAllString(m[3], "$1")
	if !slices.Contains(searchable, name) {
		return nil, refuse.InvalidParameter("Invalid search attribute: %s", name)
	}
	if operator == "^=" && name == "status" {
		return nil, refuse.InvalidParameter("Error while parsing filter.")
	}
	if name == "cognito:user_status" {
		want = strings.ToUpper(want)
	}
	compare := func(got string) bool { return got == want }
	if operator == "^=" {
		compare = func(got string) bool { return strings.HasPrefix(got, want) }
	}
	return func(u *directory.User) bool {
		switch name {
		case "username":
			return compare(u.Name)
		case "sub":
			return compare(u.Sub)
		case "status":
			return compare(map[bool]string{true: "Enabled", false: "Disabled"}[u.Enabled])
		case "cognito:user_status":
			return compare(u.Status)
		}
		got, ok := u.Attributes[name]
		return ok && compare(got)
	}, nil
}
