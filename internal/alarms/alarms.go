// Package alarms is the one table of what wakes somebody at night: which metric of AWS, of which of the resources, how much of it for how
// long, and the page of the runbook that says what to do. The stacks make alarms of it, the proof holds templates against it, and whoever
// asks how a deployment is takes the names from it.
//
// AWS documents that each metric is there, with its unit and its dimensions: see Source. A test wants every row of what is deployed, and
// every alarm of a template here.
package alarms

import (
	"fmt"
	"slices"

	"lightbox.example/lightbox/internal/config"
)

// Home is the region of CloudFront's metrics and of budgets, whatever the environment's.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
const Home = "us-east-1"

// Place is the stack that an alarm stands in.
type Place string

// The places. In an environment of Home all stands in Operations.
const (
	Operations Place = "Operations"
	Global     Place = "OperationsGlobal"
)

// In is where it stands in an environment of a region.
func (p Place) In(region string) Place {
	if region == Home {
		return Operations
	}
	return p
}

// Alarm is a row of the table. It goes off when the figure that it looks at was beyond Threshold in Datapoints of the last Periods.
type Alarm struct {
	// ID is its construct's, and the last part of its name: see Name.
	ID string
	// Title says in plain words what is wrong when it goes off.
	Title string
	Place Place
	// Metrics are what it looks at; Expression is over their ids. Empty is the one metric itself.
	//
	// It is a sum or difference of terms, each of which is an id, FILL(id,0) or DIFF(id).
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
	Metrics    []Metric
	Expression string
	// Seconds is how long a period is; one of 60, 300 and 86,400.
	Seconds int
	// Periods are how many it looks back, of which Datapoints have to be beyond.
	Periods, Datapoints int
	Comparison          Comparison
	Threshold           float64
	// Missing is what a period without data counts for, and MissingReason why.
	Missing       Missing
	MissingReason string
	// Anchor is that of its page in docs/RUNBOOK.md: see Page.
	Anchor string
}

// Metric is a figure that AWS counts of one resource.
type Metric struct {
	// ID is what expressions call it: m1, m2, …
	ID                         string
	Namespace, Name, Statistic string
	// Unit is what AWS publishes it in. An alarm does not say it: it would then look at no data of another.
	Unit       string
	Dimensions []Dimension
	Source     Source
}

// Dimension says of which resource a metric is.
type Dimension struct {
	Name string
	// Of is the resource whose name or id is the value; of a dimension that has always one value, it is empty and Value has it.
	Of    Subject
	Value string
}

// Subject is a resource.
type Subject struct {
	Kind Kind
	// Name tells it from others of its kind: the data source of a table, as in "Photos"; the name of an index; the name of a function, as
	// in "pictures"; the construct id of an event source mapping, as in "RemoverPhotosStream". Of other kinds there is one.
	Name string
}

// Kind is what a resource is, and which of its values a dimension wants.
type Kind string

// The kinds.
const (
	API          Kind = "id of the GraphQL API"
	Distribution Kind = "id of the distribution of pictures"
	Site         Kind = "id of the distribution of the pages"
	UserPool     Kind = "id of the user pool"
	Client       Kind = "id of the app client"
	Table        Kind = "name of a table"
	Index        Kind = "name of an index"
	Function     Kind = "name of a function"
	Mapping      Kind = "UUID of an event source mapping"
	Files        Kind = "name of the bucket of files"
)

// Source is where AWS says that a metric is there.
type Source struct {
	// Page is AWS's, and Says what stands there of it.
	Page, Says string
}

// Comparison is an operator of CloudWatch's.
type Comparison string

// AtLeast is the one in use.
const AtLeast Comparison = "GreaterThanOrEqualToThreshold"

// Missing says what a period without data counts for.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
type Missing string

// The values in use.
const (
	// Good is for metrics that AWS publishes only when something happens.
	Good Missing = "notBreaching"
	// Same leaves an alarm as it was.
	Same Missing = "ignore"
)

// Name is the alarm's in CloudWatch, as in shop-prod-eu-west-1-ApiErrors: one of a kind in an account, in us-east-1 too.
func (a Alarm) Name(cfg config.Config) string { return cfg.NameOf(a.ID) }

// Page is the address of what to do, from the root of the repository.
func (a Alarm) Page() string { return PageOf(a.Anchor) }

// PageOf is the address of a page of the runbook.
func PageOf(anchor string) string { return "docs/RUNBOOK.md#" + anchor }

// BudgetAnchor is that of the page about the budget, which is no alarm and sends its mails to the same address.
const BudgetAnchor = "budget"

// Text is what the mail says besides: the title, and where to read on.
func (a Alarm) Text() string { return fmt.Sprintf("%s. What to do: %s", a.Title, a.Page()) }

// Figure is what the alarm compares: its expression, or the id of its metric.
func (a Alarm) Figure() string {
	if a.Expression == "" {
		return a.Metrics[0].ID
	}
	return a.Expression
}

// In are the alarms that stand in a place in an environment of a region.
func In(all []Alarm, place Place, region string) []Alarm {
	return slices.DeleteFunc(slices.Clone(all), func(a Alarm) bool { return a.Place.In(region) != place })
}

// DashboardName is that of the environment's dashboard.
func DashboardName(cfg config.Config) string { return cfg.ResourceName() }

// BudgetName is that of its budget, which an account has by name.
//
// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
func BudgetName(cfg config.Config) string { return cfg.NameOf("Budget") }

// QueryName is that of a saved query, as in shop-prod-eu-west-1/errors by id: what is before the slash is a folder in the console.
//
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
func QueryName(cfg config.Config, title string) string { return cfg.ResourceName() + "/" + title }
