package proof

import (
	"fmt"
	"regexp"
	"slices"

	"lightbox.example/lightbox/internal/proof/system"
)

// judgeGuards judges web ACLs before the API and the user pool. Which one it is, cdk.json says; what it lets through can be no more
// than what comes.
//
// https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html
func (s judge) judgeGuards(types map[string]properties) {
	const kind = "AWS::WAFv2::WebACLAssociation"
	ours := []any{
		fmt.Sprintf("arn:%s:appsync:%s:%s:apis/%s", s.Partition, s.Region, s.Account, s.API.ID),
		fmt.Sprintf("arn:%s:cognito-idp:%s:%s:userpool/%s", s.Partition, s.Region, s.Account, s.Users.ID),
	}
	webACL := regexp.MustCompile(fmt.Sprintf("^arn:%s:wafv2:%s:[0-9]{12}:regional/webacl/[^/]+/[^/]+$", s.Partition, s.Region))
	guard := properties{}
	guard.holds("ResourceArn", func(value any) string {
		others := slices.DeleteFunc(ofType(s.System, kind), func(one system.Resource) bool { return one.Properties["ResourceArn"] != value })
		switch {
		case len(others) > 1:
			return "one web ACL before it"
		case slices.Contains(ours, value):
			return ""
		}
		return orList(ours)
	})
	guard["WebACLArn"] = judgement{needed: true, choice: true, holds: func(value any) string {
		if text, _ := value.(string); !webACL.MatchString(text) {
			return "a web ACL of scope REGIONAL in " + s.Region
		}
		return ""
	}}
	types[kind] = guard
}
