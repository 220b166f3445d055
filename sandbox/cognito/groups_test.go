package cognito

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// names takes one member out of each entry of a list in an answer.
func names(answer map[string]any, list, member string) []string {
	all := []string{}
	entries, _ := answer[list].([]any)
	for _, entry := range entries {
		object, _ := entry.(map[string]any)
		name, _ := object[member].(string)
		all = append(all, name)
	}
	return all
}

// pages asks for all pages of a list and returns one member of its entries, page by page.
func (w *world) pages(operation string, input in, token, list, member string) [][]string {
	w.t.Helper()
	var all [][]string
	for range 100 {
		answer := w.do(operation, input)
		all = append(all, names(answer, list, member))
		next, more := answer[token]
		if !more {
			return all
		}
		input[token] = next
	}
	w.t.Fatalf("%s goes on and on", operation)
	return nil
}

func TestGroups_haveTheMembersThatAnAdministratorPutsIn(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"ann", "bob", "carol"} {
		w.person(name, name+"@example.com")
	}
	w.create("AWS::Cognito::UserPoolGroup", "Readers", map[string]any{"GroupName": "Readers", "UserPoolId": w.pool, "Description": "They read"})
	member := func(user, group string) in { return w.admin(in{"Username": user, "GroupName": group}) }
	for range 2 { // twice is once
		w.do("AdminAddUserToGroup", member("ann@example.com", "Admins"))
		w.do("AdminAddUserToGroup", member("ann", "Readers"))
		w.do("AdminAddUserToGroup", member("BOB", "Readers"))
	}
	w.refused("AdminAddUserToGroup", member("ann", "Nobodies"), "ResourceNotFoundException", "Group not found.")
	w.refused("AdminAddUserToGroup", member("ann", "admins"), "ResourceNotFoundException", "Group not found.") // of another case
	w.refused("AdminAddUserToGroup", member("nobody", "Admins"), "UserNotFoundException", "User does not exist.")
	if got := names(w.do("AdminListGroupsForUser", w.admin(in{"Username": "ann"})), "Groups", "GroupName"); !cmp.Equal(got, []string{"Admins", "Readers"}) {
		t.Errorf("got %v, want the groups by precedence", got)
	}
	if got := w.pages("ListUsersInGroup", w.admin(in{"GroupName": "Readers", "Limit": 1}), "NextToken", "Users", "Username"); !cmp.Equal(got, [][]string{{"ann"}, {"bob"}}) {
		t.Errorf("got %v", got)
	}
	if got := w.pages("ListGroups", w.admin(in{"Limit": 1}), "NextToken", "Groups", "GroupName"); !cmp.Equal(got, [][]string{{"Admins"}, {"Readers"}}) {
		t.Errorf("got %v", got)
	}
	at := float64(w.clock.Now().Unix())
	want := map[string]any{"Group": map[string]any{"GroupName": "Readers", "UserPoolId": w.pool, "Description": "They read", "CreationDate": at, "LastModifiedDate": at}}
	if diff := cmp.Diff(want, w.do("GetGroup", w.admin(in{"GroupName": "Readers"}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	w.do("AdminRemoveUserFromGroup", member("ann", "Admins"))
	w.do("AdminRemoveUserFromGroup", member("carol", "Admins")) // who was never in it
	if got := names(w.do("AdminListGroupsForUser", w.admin(in{"Username": "ann"})), "Groups", "GroupName"); !cmp.Equal(got, []string{"Readers"}) {
		t.Errorf("got %v", got)
	}
	w.do("AdminDeleteUser", w.admin(in{"Username": "ann"}))
	if got := names(w.do("ListUsersInGroup", w.admin(in{"GroupName": "Readers"})), "Users", "Username"); !cmp.Equal(got, []string{"bob"}) {
		t.Errorf("got %v, want no one who is deleted", got)
	}
	w.person("ann", "ann@example.com") // another one, in no group
	if _, claims, _, _ := decoded(t, w.enter("ann", password).access); claims["cognito:groups"] != nil {
		t.Errorf("got %v", claims["cognito:groups"])
	}
	w.refused("GetGroup", w.admin(in{"GroupName": "Nobodies"}), "ResourceNotFoundException", "Group not found.")
	w.refused("ListUsersInGroup", w.admin(in{"GroupName": "Nobodies"}), "ResourceNotFoundException", "Group not found.")
	w.refused("ListGroups", w.admin(in{"NextToken": "!"}), "InvalidParameterException", "Invalid pagination token")
}

func TestGroups_ofOnePoolAreNotAnothers(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	other := w.create("AWS::Cognito::UserPool", "OtherPool", map[string]any{})
	w.create("AWS::Cognito::UserPoolGroup", "Others", map[string]any{"GroupName": "Others", "UserPoolId": other})
	w.refused("AdminAddUserToGroup", w.admin(in{"Username": "ann", "GroupName": "Others"}), "ResourceNotFoundException", "Group not found.")
	w.refused("AdminAddUserToGroup", in{"UserPoolId": other, "Username": "ann", "GroupName": "Others"}, "UserNotFoundException", "")
	if got := names(w.do("ListGroups", in{"UserPoolId": other}), "Groups", "GroupName"); !cmp.Equal(got, []string{"Others"}) {
		t.Errorf("got %v", got)
	}
}

func TestListUsers_filters(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.person("anna", "anna@example.com")
	w.signUp("bob", "bob@example.com")
	w.person(`o'"neil\`, "neil@example.com")
	w.do("AdminDisableUser", w.admin(in{"Username": "anna"}))
	w.do("AdminUpdateUserAttributes", w.admin(in{"Username": "bob", "UserAttributes": []in{{"Name": "name", "Value": "Bob B."}}}))
	ann, _ := w.service.User(w.pool, "ann")
	everyone := []string{"ann", "anna", "bob", `o'"neil\`}
	for filter, want := range map[string][]string{
		"":                                   everyone,
		" ":                                  everyone,
		`username = "ann"`:                   {"ann"},
		`username="ann"`:                     {"ann"},
		`username ^= "ann"`:                  {"ann", "anna"},
		`username = "ANN"`:                   {},
		`username ^= "o'\"neil\\"`:           {`o'"neil\`},
		`email = "anna@example.com"`:         {"anna"},
		`email ^= "a"`:                       {"ann", "anna"},
		`email ^= ""`:                        everyone,
		`name = "Bob B."`:                    {"bob"},
		`name ^= ""`:                         {"bob"}, // the others have none
		`sub = "` + ann.Sub + `"`:            {"ann"},
		`status = "Disabled"`:                {"anna"},
		`status = "Enabled"`:                 {"ann", "bob", `o'"neil\`},
		`cognito:user_status = "CONFIRMED"`:  {"ann", "anna", `o'"neil\`},
		`cognito:user_status = "confirmed"`:  {"ann", "anna", `o'"neil\`},
		`cognito:user_status ^= "UNCONFIRM"`: {"bob"},
		`username = ".*"`:                    {},
	} {
		if got := names(w.do("ListUsers", w.admin(in{"Filter": filter})), "Users", "Username"); !cmp.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", filter, got, want)
		}
	}
	for filter, message := range map[string]string{
		`username`:                      "Error while parsing filter.",
		`username = ann`:                "Error while parsing filter.",
		`username = "ann`:               "Error while parsing filter.",
		`username = "ann" or sub = "x"`: "Error while parsing filter.",
		`username = "a"b"`:              "Error while parsing filter.",
		`username != "ann"`:             "Error while parsing filter.",
		`status ^= "E"`:                 "Error while parsing filter.",
		`custom:role = "x"`:             "Invalid search attribute: custom:role",
		`nickname = "x"`:                "Invalid search attribute: nickname",
	} {
		w.refused("ListUsers", w.admin(in{"Filter": filter}), "InvalidParameterException", message)
	}
}

func TestListUsers_givesPagesAndTheAttributesThatAreAskedFor(t *testing.T) {
	w := newWorld(t)
	want := [][]string{}
	for i := range 7 {
		name := fmt.Sprintf("user%d", i)
		w.do("AdminCreateUser", w.admin(in{"Username": name, "MessageAction": "SUPPRESS", "UserAttributes": email(name + "@example.com")}))
		if i%3 == 0 {
			want = append(want, nil)
		}
		want[len(want)-1] = append(want[len(want)-1], name)
	}
	if got := w.pages("ListUsers", w.admin(in{"Limit": 3}), "PaginationToken", "Users", "Username"); !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := w.pages("ListUsers", w.admin(in{"Limit": 0}), "PaginationToken", "Users", "Username"); len(got) != 1 || len(got[0]) != 7 {
		t.Errorf("got %v, want one page", got)
	}
	for _, test := range []struct {
		ask, want []string
	}{{nil, []string{"sub", "email"}}, {[]string{"email"}, []string{"email"}}, {[]string{"sub"}, []string{"sub"}}, {[]string{}, []string{}}} {
		input := w.admin(in{"Limit": 1})
		if test.ask != nil {
			input["AttributesToGet"] = test.ask
		}
		users, _ := w.do("ListUsers", input)["Users"].([]any)
		user, _ := users[0].(map[string]any)
		if got := names(user, "Attributes", "Name"); !cmp.Equal(got, test.want) {
			t.Errorf("asked for %v: got %v, want %v", test.ask, got, test.want)
		}
	}
	w.refused("ListUsers", w.admin(in{"Limit": 61}), "InvalidParameterException", "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60")
	w.refused("ListUsers", w.admin(in{"PaginationToken": "!"}), "InvalidParameterException", "Invalid pagination token")
	w.refused("ListUsers", in{"UserPoolId": "us-east-1_none"}, "ResourceNotFoundException", "")
}

// A pool has a group of a name once: a construct with another id makes a second one, and is refused.
func TestGroups_areOneOfAName(t *testing.T) {
	w := newWorld(t)
	properties := map[string]any{"GroupName": "Readers", "UserPoolId": w.pool}
	w.create(groupType, "Readers", properties)
	w.create(groupType, "Readers", properties) // the same, as after a kill
	_, err := w.service.ResourceTypes()[groupType].Create(t.Context(), resource("Others", properties))
	if want := "resource of type 'AWS::Cognito::UserPoolGroup' with identifier '" + w.pool + "|Readers' already exists"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
