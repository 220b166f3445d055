package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
)

// checkServices makes sure that the roles of AWS services can do what they are for, and no
// more: AppSync's data sources what their resolvers need, on their own table; its log role
// writing to its own log group. A role of the library's own function, which empties buckets
// that may be lost, has AWS's policy for writing logs; what it may do to a bucket is in the
// bucket's policy.
func checkServices(s *system.System) []Violation {
	wanted := map[string]map[string]bool{}
	for name, table := range s.API.Tables {
		grants := map[string]bool{}
		for _, grant := range access.Actions(access.Source(name)) {
			resource := table.ARN
			if grant.Index != "" {
				resource += "/index/" + grant.Index
			}
			for _, action := range grant.Actions {
				grants[action+" on "+resource] = true
			}
		}
		wanted[table.Role.ARN] = grants
	}
	log := fmt.Sprintf("arn:%s:logs:%s:%s:log-group:/aws/appsync/apis/%s:*", s.Partition, s.Region, s.Account, s.API.ID)
	if role, _ := system.Lookup(s.API.Properties, "LogConfig.CloudWatchLogsRoleArn").(string); role != "" {
		wanted[role] = map[string]bool{"logs:CreateLogStream on " + log: true, "logs:PutLogEvents on " + log: true}
	}
	found := findings{rule: "services"}
	for _, role := range s.Services {
		grants, known := wanted[role.ARN]
		if !known && (serviceOf(s, role) != "lambda" || len(role.Policies) > 0) {
			found.opens(role.At, "a role that no part of the system is known to need")
			continue
		}
		found.compareGrants(role, grants, known)
	}
	return found.all
}

func (f *findings) compareGrants(role system.Role, wanted map[string]bool, known bool) {
	for _, managed := range role.Managed {
		if known || !strings.HasSuffix(managed, ":policy/service-role/AWSLambdaBasicExecutionRole") {
			f.opens(role.At, "the role has AWS's policy %s: want none but its own", managed)
		}
	}
	got := map[string]bool{}
	for _, p := range role.Policies {
		for _, statement := range p.Document.Statements {
			if statement.Deny || statement.NotAction || statement.NotResource || len(statement.Conditions) > 0 {
				f.opens(p.At, "statement %d: got more than actions and resources, want these alone", statement.Index)
			}
			for _, action := range statement.Actions {
				for _, resource := range statement.Resources {
					grant := action + " on " + resource
					got[grant] = true
					if !wanted[grant] {
						f.opens(p.At, "AppSync may use %s (statement %d): no resolver needs that", grant, statement.Index)
					}
				}
			}
		}
	}
	for _, grant := range slices.Sorted(maps.Keys(wanted)) {
		if !got[grant] {
			f.closes(role.At, "AppSync may not use %s: a resolver needs that", grant)
		}
	}
}
