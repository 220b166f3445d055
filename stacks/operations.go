package stacks

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/constructs"
	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/internal/config"
)

// OperationsProps are what is looked at: something of each other stack.
type OperationsProps struct {
	Auth     Auth
	Files    FileStorage
	CDN      CDN
	Site     Site
	API      API
	Declared []access.Function
}

// NewOperations defines who hears when something is wrong, if the settings name somebody: the stack Operations, and in an environment of
// another region than us-east-1 the stack OperationsGlobal there, for CloudFront's alarms and the budget. They depend on all others, and
// nothing points back.
func NewOperations(app awscdk.App, cfg config.Config, props OperationsProps) {
	if cfg.Alarms.Email == "" {
		return
	}
	all := alarms.All(props.Declared, props.Site.ID != nil)
	stack := newStack(app, string(alarms.Operations), "what is looked at, and who hears of it", cfg)
	places := []placed{{alarms.Operations, stack}}
	if alarms.Global.In(cfg.Region) == alarms.Global {
		there := cfg
		there.Region = alarms.Home
		places = append(places, placed{alarms.Global, newStack(app, string(alarms.Global), "what is looked at in "+alarms.Home, there)})
	}
	arns := map[string]*string{}
	for _, at := range places {
		budget := cfg.Budget.Monthly > 0 && at.place == alarms.Global.In(cfg.Region)
		topic := constructs.NewAlarmTopic(at.stack, constructs.AlarmTopicProps{
			Title: at.title(cfg), Email: cfg.Alarms.Email, Alarms: cfg.NameOf("*"), Budget: budget,
		})
		for _, alarm := range alarms.In(all, at.place, cfg.Region) {
			arns[alarm.ID] = constructs.NewAlarm(at.stack, constructs.AlarmProps{
				Alarm: alarm, Name: alarm.Name(cfg), Value: props.value, Topic: topic.ARN,
			}).AttrArn()
		}
		if budget {
			constructs.NewBudget(at.stack, alarms.BudgetName(cfg), cfg.Budget.Monthly, topic)
		}
	}
	dashboard := constructs.DashboardProps{Name: alarms.DashboardName(cfg), API: props.API.ID, Distribution: props.CDN.ID, Site: props.Site.ID}
	for _, alarm := range alarms.In(all, alarms.Operations, cfg.Region) {
		dashboard.Alarms = append(dashboard.Alarms, constructs.ShownAlarm{Alarm: alarm, ARN: arns[alarm.ID]})
	}
	constructs.NewDashboard(stack, dashboard)
	for _, query := range alarms.Queries() {
		constructs.NewSavedQuery(stack, alarms.QueryName(cfg, query.Title), query, props.logs(query))
	}
}

// placed is a stack in its place.
type placed struct {
	place alarms.Place
	stack awscdk.Stack
}

// title is what mails of its topic say that they are from.
func (p placed) title(cfg config.Config) string {
	title := fmt.Sprintf("%s %s %s", cfg.Title(), cfg.Env, cfg.Region)
	if p.place == alarms.Global {
		title += ", " + alarms.Home
	}
	return title
}

// function is that of a name, wherever it stands.
func (p OperationsProps) function(name access.Principal) awslambda.Function {
	for _, of := range p.Auth.Functions {
		if of.Declared.Name == name {
			return of.Function
		}
	}
	return p.API.Functions[access.Function{Name: name}.Source()]
}

// logs are the log groups that a query is about.
func (p OperationsProps) logs(query alarms.Query) []*string {
	var names []*string
	if query.API {
		names = append(names, p.API.Log)
	}
	for _, function := range p.Declared {
		if query.Functions {
			names = append(names, p.function(function.Name).LogGroup().LogGroupName())
		}
	}
	return names
}

// value is what a dimension of an alarm says of a resource.
func (p OperationsProps) value(of alarms.Subject) *string {
	switch of.Kind {
	case alarms.API:
		return p.API.ID
	case alarms.Distribution:
		return p.CDN.ID
	case alarms.Site:
		return p.Site.ID
	case alarms.UserPool:
		return p.Auth.UserPool.UserPoolId()
	case alarms.Client:
		return p.Auth.Client.UserPoolClientId()
	case alarms.Table:
		return p.API.Tables[access.Source(of.Name)].TableName()
	case alarms.Index:
		return &of.Name
	case alarms.Function:
		return p.function(access.Principal(of.Name)).FunctionName()
	case alarms.Mapping:
		return p.API.Mappings[of.Name].AttrId()
	case alarms.Files:
		return p.Files.Bucket.BucketName()
	}
	return jsii.String("")
}
