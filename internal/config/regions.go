package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"lightbox.example/lightbox/sandbox/cloudformation/schema"
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

// regions are those of the partition aws, with the services that CloudFormation
// lacks types of there, sorted. A region that is not here is refused: the first
// stacks would be made, and a later one fail. The table of resource types in use
// says so; `make types` renews it, and adds what has become a region since.
var regions = sync.OnceValue(func() map[string][]string {
	found := map[string][]string{}
	for region, types := range schema.Current().Regions {
		if partition(region) == "" {
			found[region] = services(types)
		}
	}
	return found
})

// central are services of which the types in use stand in a stack of us-east-1, whatever the region of the others: many regions
// do not have AWS Budgets.
var central = []string{"Budgets"}

// services are those that types of resources are of, AppSync of AWS::AppSync::GraphQLApi, but for the central ones.
func services(types []string) (names []string) {
	for _, name := range types {
		if service := strings.Split(name, "::")[1]; !slices.Contains(central, service) {
			names = append(names, service)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// partition is the partition of a region, "" for aws.
func partition(region string) string {
	for _, p := range partitions {
		if strings.HasPrefix(region, p.prefix) {
			return p.name
		}
	}
	return ""
}

var regionPattern = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[1-9]$`)

// goodRegions are those that have each service of the stacks.
func goodRegions() (names []string) {
	for name, lacks := range regions() {
		if len(lacks) == 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// region checks the name of a region: one of the partition aws that has each
// service of the stacks.
func region(text string) string {
	if other := partition(text); other != "" {
		return fmt.Sprintf(`a region of the partition aws, as in "eu-west-1"; this one is of the partition %s, which is not supported`, other)
	}
	if !regionPattern.MatchString(text) {
		return `the name of a region, as in "eu-west-1"`
	}
	lacks, known := regions()[text]
	switch date := schema.Current().Date; {
	case !known:
		return fmt.Sprintf(`a region that has all services of the stacks, as in "eu-west-1"; this one was not known on %s: internal/config/regions.go says how to add one`,
			date) + DidYouMean(text, goodRegions())
	case len(lacks) > 0:
		return fmt.Sprintf(`a region that has all services of the stacks, as in "eu-west-1"; this one lacks %s (as of %s, by internal/config/regions.go)`,
			strings.Join(lacks, ", "), date)
	}
	return ""
}
