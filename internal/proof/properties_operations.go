package proof

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/internal/proof/system"
)

const (
	alarmKind     = "AWS::CloudWatch::Alarm"
	dashboardKind = "AWS::CloudWatch::Dashboard"
	queryKind     = "AWS::Logs::QueryDefinition"
	topicKind     = "AWS::SNS::Topic"
	policyKind    = "AWS::SNS::TopicPolicy"
	hearerKind    = "AWS::SNS::Subscription"
	budgetKind    = "AWS::Budgets::Budget"
)

// watched are the types of what tells people that something is wrong, each of which is judged by where it stands.
var watched = []string{alarmKind, queryKind, topicKind, policyKind, hearerKind, budgetKind}

// at stands behind the type of a resource that is judged by where it stands.
func at(kind, path string) string { return kind + " at " + path }

// judgedAt is the type that one of these is judged as: its own where something has to stand there, or one that nothing is right of.
func (s judge) judgedAt(of system.Resource) string {
	known := slices.Contains([]string{topicKind, policyKind, hearerKind, budgetKind}, of.Type) && s.topic(of.Stack) != "" &&
		of.Path == of.Stack+"/"+map[string]string{topicKind: "Topic", policyKind: "TopicPolicy", hearerKind: "Subscription", budgetKind: "Budget"}[of.Type]
	_, isRow := s.rows()[of.Path]
	if known || of.Type == alarmKind && isRow || of.Type == queryKind && s.shown()[of.Path] == queryKind {
		return at(of.Type, of.Path)
	}
	return of.Type
}

// rows are the alarms that have to be there, by their construct paths.
func (s judge) rows() map[string]alarms.Alarm {
	found := map[string]alarms.Alarm{}
	for _, alarm := range alarms.All(s.declared, s.Site != nil) {
		found[string(alarm.Place.In(s.Region))+"/"+alarm.ID] = alarm
	}
	return found
}

// judgeOperations judges alarms and who hears of them. What an alarm looks at, internal/alarms says, property by property; one of
// another path is none of them.
func (s judge) judgeOperations(types map[string]properties) {
	unknown := properties{}
	unknown.holds("AlarmName", func(any) string { return "no alarm that internal/alarms does not have, or has elsewhere" })
	types[alarmKind] = unknown
	for path, row := range s.rows() {
		stack, _, _ := strings.Cut(path, "/")
		types[at(alarmKind, path)] = s.alarm(row, s.topic(stack))
	}
	for _, topic := range ofType(s.System, topicKind) {
		s.judgeTopic(types, topic)
	}
	// Where there is no topic, there are none of these: see checkWatch.
	for _, kind := range []string{topicKind, policyKind, hearerKind, budgetKind} {
		types[kind] = properties{}
	}
	types[dashboardKind] = s.dashboard()
	types[queryKind] = properties{}
	for _, query := range alarms.Queries() {
		saved := properties{}
		saved.irrelevant(Name, "Name")
		saved.is("QueryString", query.Text) // what it shows, operators look at
		saved.is("LogGroupNames", s.logs(query))
		types[at(queryKind, string(alarms.Operations)+"/"+query.ID)] = saved
	}
}

// topic is the ARN of a stack's topic, which Ref gives.
func (s judge) topic(stack string) string {
	for _, topic := range ofType(s.System, topicKind) {
		if topic.Stack == stack {
			return topic.ID
		}
	}
	return ""
}

// prefix begins the names of the environment's alarms. The name of the API is that of all that the environment names.
func (s judge) prefix() string { return fmt.Sprintf("%v-", s.API.Properties["Name"]) }

// alarm is what an alarm of the table has to be.
func (s judge) alarm(row alarms.Alarm, topic string) properties {
	alarm := properties{}
	alarm.is("AlarmName", s.prefix()+row.ID)
	alarm.is("AlarmDescription", row.Text())
	alarm.is("AlarmActions", []any{topic})
	alarm.is("OKActions", []any{topic})
	alarm.is("ComparisonOperator", string(row.Comparison))
	alarm.is("Threshold", int64(row.Threshold))
	alarm.is("EvaluationPeriods", row.Periods)
	alarm.is("DatapointsToAlarm", row.Datapoints)
	alarm.is("TreatMissingData", string(row.Missing))
	if row.Expression == "" {
		metric := row.Metrics[0]
		alarm.is("Namespace", metric.Namespace)
		alarm.is("MetricName", metric.Name)
		alarm.is("Statistic", metric.Statistic)
		alarm.is("Dimensions", s.dimensions(metric))
		alarm.is("Period", row.Seconds)
		return alarm
	}
	list := []any{map[string]any{"Id": "figure", "Expression": row.Expression, "Label": row.ID, "ReturnData": true}}
	for _, metric := range row.Metrics {
		list = append(list, map[string]any{"Id": metric.ID, "ReturnData": false, "MetricStat": map[string]any{
			"Metric": map[string]any{"Namespace": metric.Namespace, "MetricName": metric.Name, "Dimensions": s.dimensions(metric)},
			"Period": row.Seconds, "Stat": metric.Statistic,
		}})
	}
	alarm.is("Metrics", list)
	return alarm
}

func (s judge) dimensions(of alarms.Metric) []any {
	var all []any
	for _, dimension := range of.Dimensions {
		value := dimension.Value
		if value == "" {
			value = s.subject(dimension.Of)
		}
		all = append(all, map[string]any{"Name": dimension.Name, "Value": value})
	}
	return all
}

// subject is what a dimension says of a resource, "" for one that is not there.
func (s judge) subject(of alarms.Subject) string {
	switch of.Kind {
	case alarms.API:
		return s.API.ID
	case alarms.Distribution:
		return s.CDN.ID
	case alarms.Site:
		return s.Site.ID
	case alarms.UserPool:
		return s.Users.ID
	case alarms.Client:
		return s.Client.ID
	case alarms.Table:
		return s.API.Tables[of.Name].Name
	case alarms.Index:
		return of.Name
	case alarms.Function:
		function, _ := s.FunctionNamed(of.Name)
		return function.ID
	case alarms.Mapping:
		for _, mapping := range ofType(s.System, "AWS::Lambda::EventSourceMapping") {
			if mapping.Path == s.API.Stack+"/"+of.Name {
				return mapping.ID
			}
		}
	case alarms.Files:
		return s.Bucket.Name
	}
	return ""
}

// judgeTopic judges a topic, who may send to it, and who gets it: CloudWatch for the environment's alarms in the topic's region, AWS
// Budgets for the account's where there is a budget, nobody without TLS; one address.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
func (s judge) judgeTopic(types map[string]properties, topic system.Resource) {
	region := s.Region
	if topic.Stack == string(alarms.Global) {
		region = alarms.Home
	}
	named := properties{}
	named.irrelevant(Words, "DisplayName")
	types[at(topicKind, topic.Stack+"/Topic")] = named

	sends := func(sid, service, source string) map[string]any {
		return map[string]any{
			"Sid": sid, "Effect": "Allow", "Principal": map[string]any{"Service": service}, "Action": "sns:Publish", "Resource": topic.ID,
			"Condition": map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": s.Account}, "ArnLike": map[string]any{"aws:SourceArn": source}},
		}
	}
	statements := []any{sends("SendAlarms", "cloudwatch.amazonaws.com", fmt.Sprintf("arn:%s:cloudwatch:%s:%s:alarm:%s*", s.Partition, region, s.Account, s.prefix()))}
	if slices.ContainsFunc(ofType(s.System, budgetKind), func(b system.Resource) bool { return b.Stack == topic.Stack }) {
		statements = append(statements, sends("SendBudgets", "budgets.amazonaws.com", fmt.Sprintf("arn:%s:budgets::%s:*", s.Partition, s.Account)))
	}
	statements = append(statements, map[string]any{
		"Sid": "RefuseWithoutTLS", "Effect": "Deny", "Principal": map[string]any{"AWS": "*"}, "Action": "sns:Publish", "Resource": topic.ID,
		"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
	})
	policy := properties{}
	policy.is("PolicyDocument", map[string]any{"Version": "2012-10-17", "Statement": statements})
	policy.is("Topics", []any{topic.ID})
	types[at(policyKind, topic.Stack+"/TopicPolicy")] = policy

	hearer := properties{}
	hearer.is("Protocol", "email")
	hearer.is("TopicArn", topic.ID)
	hearer["Endpoint"] = judgement{needed: true, choice: true, holds: s.oneAddress}
	types[at(hearerKind, topic.Stack+"/Subscription")] = hearer

	budget := properties{}
	budget.irrelevant(Name, "Budget.BudgetName")
	budget.is("Budget.BudgetType", "COST")
	budget.is("Budget.TimeUnit", "MONTHLY")
	budget.is("Budget.BudgetLimit.Unit", "USD")
	budget.within("Budget.BudgetLimit.Amount", 1<<31)
	var hears []any
	for _, kind := range []string{"FORECASTED", "ACTUAL"} {
		hears = append(hears, map[string]any{
			"Notification": map[string]any{"NotificationType": kind, "ComparisonOperator": "GREATER_THAN", "Threshold": 100, "ThresholdType": "PERCENTAGE"},
			"Subscribers":  []any{map[string]any{"SubscriptionType": "SNS", "Address": topic.ID}},
		})
	}
	budget.is("NotificationsWithSubscribers", hears)
	types[at(budgetKind, topic.Stack+"/Budget")] = budget
}

// oneAddress is for the address that hears of everything.
func (s judge) oneAddress(value any) (want string) {
	for _, other := range ofType(s.System, hearerKind) {
		if other.Properties["Endpoint"] != value {
			return "the one address of all topics"
		}
	}
	if address, isText := value.(string); !isText || !strings.Contains(address, "@") {
		return "an address"
	}
	return ""
}

// logs are the names of the log groups that a saved query is about.
func (s judge) logs(query alarms.Query) []any {
	var names []any
	if query.API {
		names = append(names, "/aws/appsync/apis/"+s.API.ID)
	}
	for _, declared := range s.declared {
		if function, is := s.FunctionNamed(string(declared.Name)); is && query.Functions {
			names = append(names, system.Lookup(function.Properties, "LoggingConfig.LogGroup"))
		}
	}
	return names
}

// shown are the types of what operators look at, by their construct paths.
func (s judge) shown() map[string]string {
	all := map[string]string{string(alarms.Operations) + "/Dashboard": dashboardKind}
	for _, query := range alarms.Queries() {
		all[string(alarms.Operations)+"/"+query.ID] = queryKind
	}
	return all
}

// checkWatch makes sure that, where people are told of anything, all alarms of the table are there, each with one topic, that one
// address gets what is sent to it, and that the dashboard and the saved queries are there.
func checkWatch(of *system.System, declared []access.Function) []Violation {
	s, c := judge{of, declared}, findings{rule: "alarms"}
	there := map[string]map[string]int{} // how many of a type, by stack
	kinds := map[string]string{}         // by path
	for _, resource := range of.Resources {
		kinds[resource.Path] = resource.Type
		if slices.Contains(watched, resource.Type) {
			if there[resource.Stack] == nil {
				there[resource.Stack] = map[string]int{}
			}
			there[resource.Stack][resource.Type]++
		}
	}
	if len(there) == 0 {
		return nil
	}
	stacks := map[string]bool{}
	for path := range s.rows() {
		stack, _, _ := strings.Cut(path, "/")
		stacks[stack] = true
		if kinds[path] != alarmKind {
			c.opens(system.At{Stack: stack, Path: path}, "got no such alarm, want it: nobody hears of what internal/alarms says")
		}
	}
	for path, kind := range s.shown() {
		if kinds[path] != kind {
			c.opens(system.At{Stack: string(alarms.Operations), Path: path}, "got no such resource, want one of type %s: operators look there", kind)
		}
	}
	for stack := range stacks {
		for _, kind := range []string{topicKind, policyKind, hearerKind} {
			if n := there[stack][kind]; n != 1 {
				c.opens(system.At{Stack: stack, Path: stack}, "got %d resources of type %s, want 1", n, kind)
			}
		}
	}
	for stack := range there {
		if !stacks[stack] {
			c.opens(system.At{Stack: stack, Path: stack}, "got what people are told by, want it in the stacks of the alarms alone")
		}
	}
	return c.all
}
