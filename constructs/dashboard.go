package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/alarms"
)

// DashboardProps say what a dashboard shows.
type DashboardProps struct {
	Name string
	// Alarms are shown by a graph each, in their order, but for those that stand elsewhere.
	Alarms []ShownAlarm
	// API and the distributions, by their ids, are shown by how much they are asked.
	API, Distribution *string
	Site              *string // nil without a site
}

// ShownAlarm is an alarm, and the ARN by which a graph finds it.
type ShownAlarm struct {
	Alarm alarms.Alarm
	ARN   *string
}

// A graph is half as wide as the 24 columns.
const (
	columns     = 24
	graphWidth  = columns / 2
	graphHeight = 6
	statusTall  = 4
)

// NewDashboard defines a page of graphs: the state of all alarms, what is asked of the API and of CloudFront, and what each alarm looks at,
// with its threshold. A graph of an alarm names that, and no metric: so it shows what the alarm sees.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
func NewDashboard(scope constructs.Construct, props DashboardProps) {
	stack := awscdk.Stack_Of(scope)
	graphs := []map[string]any{
		graph("Calls of the API", stack.Region(), map[string]any{"stat": "Sum", "metrics": []any{
			[]any{"AWS/AppSync", "Requests", "GraphQLAPIId", props.API},
			[]any{".", "4XXError", ".", "."},
			[]any{".", "Latency", ".", ".", map[string]any{"stat": "Average", "yAxis": "right"}},
		}}),
		served("Pictures served", props.Distribution),
	}
	if props.Site != nil {
		graphs = append(graphs, served("Pages served", props.Site))
	}
	var arns []any
	for _, shown := range props.Alarms {
		arns = append(arns, shown.ARN)
		graphs = append(graphs, graph(shown.Alarm.Title, stack.Region(), map[string]any{"annotations": map[string]any{"alarms": []any{shown.ARN}}}))
	}
	widgets := []any{map[string]any{
		"type": "alarm", "x": 0, "y": 0, "width": columns, "height": statusTall,
		"properties": map[string]any{"title": "Alarms", "alarms": arns},
	}}
	for i, one := range graphs {
		one["x"], one["y"], one["width"], one["height"] = i%2*graphWidth, statusTall+i/2*graphHeight, graphWidth, graphHeight
		widgets = append(widgets, one)
	}
	awscloudwatch.NewCfnDashboard(scope, jsii.String("Dashboard"), &awscloudwatch.CfnDashboardProps{
		DashboardName: &props.Name, DashboardBody: stack.ToJsonString(map[string]any{"widgets": widgets}, nil),
	})
}

// served is a graph of what a distribution serves, whose metrics are in one region.
func served(title string, distribution *string) map[string]any {
	return graph(title, jsii.String(alarms.Home), map[string]any{"stat": "Average", "metrics": []any{
		[]any{"AWS/CloudFront", "Requests", "DistributionId", distribution, "Region", "Global", map[string]any{"stat": "Sum"}},
		[]any{".", "5xxErrorRate", ".", ".", ".", ".", map[string]any{"yAxis": "right"}},
	}})
}

func graph(title string, region *string, properties map[string]any) map[string]any {
	properties["title"], properties["region"], properties["view"] = title, region, "timeSeries"
	if properties["metrics"] != nil {
		properties["period"] = 300
	}
	return map[string]any{"type": "metric", "properties": properties}
}
