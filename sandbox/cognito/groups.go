package cognito

import (
	"slices"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/pipeline"
)

var groupOperations = pipeline.Table[*Service]{
	"AdminAddUserToGroup":      signed((*request).adminAddUserToGroup),
	"AdminListGroupsForUser":   signed((*request).adminListGroupsForUser),
	"AdminRemoveUserFromGroup": signed((*request).adminRemoveUserFromGroup),
	"GetGroup":                 signed((*request).getGroup),
	"ListGroups":               signed((*request).listGroups),
	"ListUsersInGroup":         signed((*request).listUsersInGroup),
}

type groupMemberRequest struct {
	adminUserRequest
	GroupName string `shape:"GroupNameType" required:"true"`
}

// adminAddUserToGroup is the only way into a group. Tokens that the user has don't tell of it.
func (c *request) adminAddUserToGroup(in groupMemberRequest) (any, error) {
	return nil, c.changeUser(in.adminUserRequest, func(t directory.Tx, p *directory.Pool, u *directory.User) error {
		if _, err := t.Group(p, in.GroupName); err != nil {
			return err
		}
		u.Leave(in.GroupName)
		u.Groups = append(u.Groups, in.GroupName)
		return nil
	})
}

func (c *request) adminRemoveUserFromGroup(in groupMemberRequest) (any, error) {
	return nil, c.changeUser(in.adminUserRequest, func(t directory.Tx, p *directory.Pool, u *directory.User) error {
		_, err := t.Group(p, in.GroupName)
		u.Leave(in.GroupName)
		return err
	})
}

type groupRecord struct {
	GroupName        string
	UserPoolID       string `json:"UserPoolId"`
	Description      string `json:",omitempty"`
	RoleArn          string `json:",omitempty"`
	Precedence       *int   `json:",omitempty"`
	LastModifiedDate stamp
	CreationDate     stamp
}

func recordOfGroup(g *directory.Group) groupRecord {
	return groupRecord{
		GroupName: g.Name, UserPoolID: g.Pool, Description: g.Description, RoleArn: g.Role, Precedence: g.Precedence,
		LastModifiedDate: stamp(g.Modified), CreationDate: stamp(g.Created),
	}
}

type groupRequest struct {
	poolRequest
	GroupName string `shape:"GroupNameType" required:"true"`
}

type groupAnswer struct{ Group groupRecord }

func (c *request) getGroup(in groupRequest) (any, error) {
	var answer groupAnswer
	err := c.view(func(t directory.Tx) error {
		p, err := t.Pool(in.UserPoolID)
		if err != nil {
			return err
		}
		g, err := t.Group(p, in.GroupName)
		answer.Group = recordOfGroup(g)
		return err
	})
	return answer, err
}

// page is how the lists of groups are asked for a part.
type page struct {
	Limit     *int   `shape:"QueryLimitType"`
	NextToken string `shape:"PaginationKey"`
}

type groupsAnswer struct {
	Groups    []groupRecord
	NextToken string `json:",omitempty"`
}

type groupsForUserRequest struct {
	adminUserRequest
	page
}

// adminListGroupsForUser lists the groups of a user, the one that takes precedence first.
func (c *request) adminListGroupsForUser(in groupsForUserRequest) (any, error) {
	var answer groupsAnswer
	err := c.view(func(t directory.Tx) error {
		p, u, err := poolAndUser(t, in.UserPoolID, in.Username)
		if err != nil {
			return err
		}
		groups, err := t.GroupsOf(p, u)
		if err != nil {
			return err
		}
		answer.Groups, answer.NextToken, err = c.cut(groups, in.page, p.ID)
		return err
	})
	return answer, err
}

type listGroupsRequest struct {
	poolRequest
	page
}

func (c *request) listGroups(in listGroupsRequest) (any, error) {
	var answer groupsAnswer
	err := c.view(func(t directory.Tx) error {
		p, err := t.Pool(in.UserPoolID)
		if err != nil {
			return err
		}
		groups, err := t.Groups(p)
		if err != nil {
			return err
		}
		answer.Groups, answer.NextToken, err = c.cut(groups, in.page, p.ID)
		return err
	})
	return answer, err
}

// cut takes a page out of a list of groups.
func (c *request) cut(groups []*directory.Group, p page, pool string) (records []groupRecord, next string, err error) {
	after, err := c.readToken(p.NextToken, "groups", pool)
	if err != nil {
		return nil, "", err
	}
	if after != "" {
		i := slices.IndexFunc(groups, func(g *directory.Group) bool { return g.Name == after })
		groups = groups[i+1:]
	}
	records = []groupRecord{}
	for _, g := range groups {
		if len(records) == pageSize(p.Limit) {
			return records, c.writeToken(records[len(records)-1].GroupName, "groups", pool), nil
		}
		records = append(records, recordOfGroup(g))
	}
	return records, "", nil
}

type usersInGroupRequest struct {
	groupRequest
	page
}

type usersInGroupAnswer struct {
	Users     []userRecord
	NextToken string `json:",omitempty"`
}

func (c *request) listUsersInGroup(in usersInGroupRequest) (any, error) {
	var answer usersInGroupAnswer
	err := c.view(func(t directory.Tx) error {
		p, err := t.Pool(in.UserPoolID)
		if err != nil {
			return err
		}
		if _, err := t.Group(p, in.GroupName); err != nil {
			return err
		}
		member := func(u *directory.User) bool { return slices.Contains(u.Groups, in.GroupName) }
		answer.Users, answer.NextToken, err = c.pageOfUsers(t, p, in.Limit, in.NextToken, member, all)
		return err
	})
	return answer, err
}
