package cost

import (
	"cmp"
	"fmt"
	"strings"
)

// readers are the types of resources that are known here: how each is read, nil for one that costs nothing by itself.
var readers = map[string]func(*reader, part){
	"AWS::AppSync::GraphQLApi":       (*reader).api,
	"AWS::CloudFront::Distribution":  (*reader).distribution,
	"AWS::CloudWatch::Alarm":         (*reader).alarm,
	"AWS::CloudWatch::Dashboard":     func(r *reader, _ part) { r.facts.Dashboards++ },
	"AWS::Cognito::UserPool":         (*reader).pool,
	"AWS::DynamoDB::GlobalTable":     (*reader).table,
	"AWS::Lambda::Function":          (*reader).function,
	"AWS::Logs::LogGroup":            (*reader).log,
	"AWS::S3::Bucket":                (*reader).bucket,
	"AWS::WAFv2::WebACLAssociation":  (*reader).association,
	"AWS::AppSync::DataSource":       nil,
	"AWS::AppSync::GraphQLSchema":    nil,
	"AWS::AppSync::Resolver":         nil,
	"AWS::Cognito::IdentityPool":     nil,
	"AWS::Cognito::UserPoolClient":   nil,
	"AWS::Cognito::UserPoolDomain":   nil,
	"AWS::Cognito::UserPoolGroup":    nil,
	"AWS::Events::Rule":              (*reader).rule,
	"AWS::IAM::ManagedPolicy":        nil,
	"AWS::IAM::Policy":               nil,
	"AWS::IAM::Role":                 nil,
	"AWS::Lambda::EventInvokeConfig": nil,
	// Reads of a stream by Lambda are free.
	"AWS::Lambda::EventSourceMapping": (*reader).mapping,
	// Budgets that only tell are free, as are saved queries until somebody runs one, and the first thousand mails of a month.
	"AWS::Budgets::Budget":                     nil,
	"AWS::Logs::QueryDefinition":               nil,
	"AWS::SNS::Subscription":                   nil,
	"AWS::SNS::Topic":                          nil,
	"AWS::SNS::TopicPolicy":                    nil,
	"AWS::Lambda::Permission":                  nil,
	"AWS::S3::BucketPolicy":                    nil,
	"AWS::AppSync::FunctionConfiguration":      nil,
	"AWS::CloudFront::OriginAccessControl":     nil,
	"AWS::CloudFront::ResponseHeadersPolicy":   nil,
	"AWS::Cognito::IdentityPoolPrincipalTag":   nil,
	"AWS::Cognito::IdentityPoolRoleAttachment": nil,
	"AWS::Cognito::UserPoolIdentityProvider":   func(r *reader, _ part) { r.facts.Providers++ },
	"Custom::S3AutoDeleteObjects":              nil,
}

func (r *reader) api(p part) {
	r.facts.Traced = p.flag("XrayEnabled")
	r.facts.PicturesADay = p.number("EnvironmentVariables.PICTURES_PER_DAY")
}

// alarm counts the metrics of an alarm: one, or those that its expression is over.
func (r *reader) alarm(p part) {
	metrics := int64(0)
	for _, query := range p.each("Metrics") {
		if query.get("MetricStat") != nil {
			metrics++
		}
	}
	r.facts.Alarms += max(1, metrics)
}

// mappingMetrics are those of the group EventCount that a stream has.
//
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics
const mappingMetrics = 6

func (r *reader) mapping(p part) {
	if p.get("MetricsConfig") != nil {
		r.facts.Metrics += mappingMetrics
	}
}

func (r *reader) distribution(p part) {
	r.facts.Site = r.facts.Site || p.get("DistributionConfig.CacheBehaviors") != nil
	r.facts.PriceClass = cmp.Or(p.text("DistributionConfig.PriceClass"), "PriceClass_All")
	if acl := p.text("DistributionConfig.WebACLId"); acl != "" {
		r.facts.WebACLs[GuardedCDN] = acl
	}
}

func (r *reader) pool(p part) {
	plans := map[string]Item{"": Essentials, "ESSENTIALS": Essentials, "PLUS": Plus}
	plan, known := plans[p.text("UserPoolTier")]
	if !known {
		r.fault("%s.UserPoolTier: got %s, want ESSENTIALS or PLUS, whose prices are known here", p.at, p.text("UserPoolTier"))
	}
	r.facts.Plan, r.facts.OwnSender = plan, p.text("EmailConfiguration.EmailSendingAccount") == "DEVELOPER"
}

// hourly is the schedule whose runs are counted.
const hourly = "rate(1 hour)"

// rule names a schedule of another rate. AWS takes nothing for schedules and for events of its own, and the sweep is counted once an hour.
func (r *reader) rule(p part) {
	if schedule := p.text("ScheduleExpression"); schedule != "" && schedule != hourly {
		r.notCounted(fmt.Sprintf("%s: runs by %s, counted by %s", p.at, schedule, hourly))
	}
}

// table reads the ceilings of a table of one replica and of its indexes.
func (r *reader) table(p part) {
	replicas, indexes := p.each("Replicas"), p.each("GlobalSecondaryIndexes")
	if len(replicas) != 1 {
		r.fault("%s.Replicas: got %d, want one: prices of more are not known here", p.at, len(replicas))
		return
	}
	// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
	if mode := cmp.Or(p.text("BillingMode"), "PROVISIONED"); mode != "PAY_PER_REQUEST" {
		r.fault("%s.BillingMode: got %s, want PAY_PER_REQUEST: prices of capacity are not known here", p.at, mode)
	}
	const reads, writes = "ReadOnDemandThroughputSettings.MaxReadRequestUnits", "WriteOnDemandThroughputSettings.MaxWriteRequestUnits"
	replica := replicas[0]
	table := Table{
		ID: p.at, Recovery: replica.flag("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"),
		Reads: []int64{replica.number(reads)}, Writes: []int64{p.number(writes)},
	}
	for _, index := range indexes {
		ceiling := int64(0)
		for _, of := range replica.each("GlobalSecondaryIndexes") {
			if of.text("IndexName") == index.text("IndexName") {
				ceiling = of.number(reads)
			}
		}
		table.Reads, table.Writes = append(table.Reads, ceiling), append(table.Writes, index.number(writes))
	}
	r.facts.Tables = append(r.facts.Tables, table)
}

func (r *reader) function(p part) {
	of := Function{
		ID: p.at, Memory: max(128, p.number("MemorySize")), Seconds: max(3, p.number("Timeout")), Time: X86,
		Concurrency: p.number("ReservedConcurrentExecutions"),
		SweepUnits:  p.number("Environment.Variables.READ_UNITS"),
		Traced:      p.text("TracingConfig.Mode") == "Active",
	}
	if strings.Contains(fmt.Sprint(p.get("Architectures")), "arm64") {
		of.Time = ARM
	}
	if p.get("Environment.Variables.AVIF") != nil {
		of.Pictures = true
		r.facts.AVIF, r.facts.KeepOriginals = p.flag("Environment.Variables.AVIF"), p.flag("Environment.Variables.KEEP_ORIGINALS")
	}
	// The CDK's own runs when a stack goes, and never in between.
	if !of.Pictures && of.SweepUnits == 0 && !strings.Contains(p.at, ".CustomS3AutoDeleteObjects") {
		r.notCounted(p.at + ": runs of a function that is not Lightbox's")
	}
	r.facts.Functions = append(r.facts.Functions, of)
}

// log keeps the longest time of all, ten years for one that is kept for ever.
func (r *reader) log(p part) {
	r.facts.LogDays = max(r.facts.LogDays, cmp.Or(p.number("RetentionInDays"), 3653))
}

// bucket notes how long what is in a bucket stays, and which has the lines about another's requests.
func (r *reader) bucket(p part) {
	for _, rule := range p.each("LifecycleConfiguration.Rules") {
		if rule.get("Prefix") == nil {
			r.expires[p.at] = max(r.expires[p.at], rule.number("ExpirationInDays"))
		}
	}
	if to := p.text("LoggingConfiguration.DestinationBucketName.Ref"); to != "" {
		r.logsTo = append(r.logsTo, p.stack.ID+"."+to)
	}
}

// association is of a web ACL with what it guards.
func (r *reader) association(p part) {
	id := p.text("ResourceArn.Fn::GetAtt.0")
	guarded := map[string]Guarded{"AWS::AppSync::GraphQLApi": GuardedAPI, "AWS::Cognito::UserPool": GuardedAuth}
	for _, res := range p.stack.Template.Resources.All() {
		if what := guarded[res.Type]; res.LogicalID == id && what != "" {
			r.facts.WebACLs[what] = p.text("WebACLArn")
			return
		}
	}
	r.fault("%s.ResourceArn: got %v, want the ARN of the API or of the user pool of its stack", p.at, p.get("ResourceArn"))
}
