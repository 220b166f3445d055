package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// partitions are those besides aws, by the prefix of their regions. They lack
// services that the stacks need, or have them under other names.
//
// https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
var partitions = []struct{ prefix, name string }{
	{"cn-", "aws-cn"},
	{"us-gov-", "aws-us-gov"},
	{"us-iso-", "aws-iso"},
	{"us-isob-", "aws-iso-b"},
	{"us-isof-", "aws-iso-f"},
	{"us-iso", "aws-iso"},
	{"eu-isoe-", "aws-iso-e"},
	{"eusc-", "aws-eusc"},
}

// services are what the stacks make resources of, as the types of the resources
// name them: AWS::AppSync::GraphQLApi.
var services = []string{"AppSync", "CloudFront", "Cognito", "DynamoDB", "IAM", "Lambda", "Logs", "S3"}

// regionsAsOf is the day of the schemas that regions was read from.
const regionsAsOf = "2026-10-20"

// regions are those of the partition aws, with the services that CloudFormation
// has no types of there. A region that is not here is refused: the first stacks
// would be made, and a later one fail.
//
// They are CloudFormation's schemas of resource types, a file a region, as
// cfn-lint 1.58.0 packs them; me-south-1 is not among them. To add a region, see
// that its file has each type that the templates in testdata have, and those of
// social sign-in: AWS::Cognito::UserPoolDomain and UserPoolIdentityProvider. To
// renew the table, do so for all, and set regionsAsOf.
//
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schemas.html
var regions = []struct {
	name  string
	lacks []string
}{
	{"af-south-1", nil},
	{"ap-east-1", nil},
	{"ap-east-2", []string{"AppSync"}},
	{"ap-northeast-1", nil},
	{"ap-northeast-2", nil},
	{"ap-northeast-3", nil},
	{"ap-south-1", nil},
	{"ap-south-2", nil},
	{"ap-southeast-1", nil},
	{"ap-southeast-2", nil},
	{"ap-southeast-3", nil},
	{"ap-southeast-4", nil},
	{"ap-southeast-5", nil},
	{"ap-southeast-6", []string{"AppSync"}},
	{"ap-southeast-7", nil},
	{"ca-central-1", nil},
	{"ca-west-1", nil},
	{"eu-central-1", nil},
	{"eu-central-2", nil},
	{"eu-north-1", nil},
	{"eu-south-1", nil},
	{"eu-south-2", nil},
	{"eu-west-1", nil},
	{"eu-west-2", nil},
	{"eu-west-3", nil},
	{"il-central-1", nil},
	{"me-central-1", nil},
	{"mx-central-1", []string{"AppSync"}},
	{"sa-east-1", nil},
	{"us-east-1", nil},
	{"us-east-2", nil},
	{"us-west-1", nil},
	{"us-west-2", nil},
}

var regionPattern = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[1-9]$`)

// goodRegions are those that have each service of the stacks.
func goodRegions() (names []string) {
	for _, r := range regions {
		if len(r.lacks) == 0 {
			names = append(names, r.name)
		}
	}
	return names
}

// region checks the name of a region: one of the partition aws that has each
// service of the stacks.
func region(text string) string {
	for _, partition := range partitions {
		if strings.HasPrefix(text, partition.prefix) {
			return fmt.Sprintf(`a region of the partition aws, as in "eu-west-1"; this one is of the partition %s, which is not supported`, partition.name)
		}
	}
	if !regionPattern.MatchString(text) {
		return `the name of a region, as in "eu-west-1"`
	}
	known := goodRegions()
	if slices.Contains(known, text) {
		return ""
	}
	for _, r := range regions {
		if r.name == text {
			return fmt.Sprintf(`a region that has all services of the stacks, as in "eu-west-1"; this one lacks %s (as of %s, by internal/config/regions.go)`,
				strings.Join(r.lacks, ", "), regionsAsOf)
		}
	}
	return fmt.Sprintf(`a region that has all services of the stacks, as in "eu-west-1"; this one was not known on %s: internal/config/regions.go says how to add one`,
		regionsAsOf) + DidYouMean(text, known)
}
