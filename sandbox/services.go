package sandbox

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"net/http"
	"path/filepath"

	"lightbox.example/lightbox/sandbox/appsync"
	"lightbox.example/lightbox/sandbox/appsync/realtime"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/budgets"
	"lightbox.example/lightbox/sandbox/cdk"
	"lightbox.example/lightbox/sandbox/cloudcontrol"
	"lightbox.example/lightbox/sandbox/cloudformation"
	"lightbox.example/lightbox/sandbox/cloudfront"
	"lightbox.example/lightbox/sandbox/cloudwatch"
	"lightbox.example/lightbox/sandbox/cognito"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/events"
	"lightbox.example/lightbox/sandbox/identity"
	"lightbox.example/lightbox/sandbox/lambda"
	"lightbox.example/lightbox/sandbox/logs"
	"lightbox.example/lightbox/sandbox/look"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/s3"
	"lightbox.example/lightbox/sandbox/sns"
	"lightbox.example/lightbox/sandbox/ssm"
	"lightbox.example/lightbox/sandbox/sts"
	"lightbox.example/lightbox/sandbox/waf"
)

// services are all there are. Tests and pages look into them.
type services struct {
	Roles         *roles.Service
	Users         *cognito.Service
	Inbox         cognito.Inbox
	Identities    *identity.Service
	Files         *s3.Service
	Tables        *dynamodb.Service
	APIs          *appsync.Service
	Distributions *cloudfront.Service
	Logs          *logs.Service
	Functions     *lambda.Service
	Events        *events.Service
	Topics        *sns.Service
	Alarms        *cloudwatch.Service
	Budgets       *budgets.Service
	Stacks        *cloudformation.Service
	Abroad        *Abroad // us-east-1, beside another region; else nil

	look *look.Looker // what the pages show of these
	// instance names these services, as others have other calls, lines and rows: after a start, and after a state was loaded.
	instance string
	sockets  *realtime.Service
	table    []service // where requests find them
}

// openServices makes the services, each after those that it calls. What is no row of the database is in the folder.
func (s *Sandbox) openServices(folder string) (err error) {
	s.instance = rand.Text()
	db, region, now := s.store, s.config.Region, s.config.Now
	root := roles.Key{ID: AccessKeyID, Secret: SecretAccessKey}
	if s.Roles, err = roles.New(roles.Config{Store: db, Account: Account, Now: now, Root: root}); err != nil {
		return err
	}
	keys := s.Roles
	s.Budgets = &budgets.Service{Store: db, Account: Account}
	meter, global, err := s.openWatch(folder)
	if err != nil {
		return err
	}
	if s.Users, err = cognito.New(cognito.Config{
		Store: db, Region: region, Account: Account, Now: now, Keys: keys, Mailer: mailer{s}, Functions: triggers{s},
		Meter: meter, Quotas: s.config.Quotas,
	}); err != nil {
		return err
	}
	s.Identities = identity.New(identity.Config{
		Store: db, Region: region, Account: Account, Now: now, Keys: keys, Tokens: s.Users.Tokens(), Roles: s.Roles,
	})
	if s.Events, err = events.New(events.Config{
		Store: db, Region: region, Account: Account, Now: now, Keys: keys, Fault: func(operation string, err error) { s.fault("events", operation, err) },
	}); err != nil {
		return err
	}
	if s.Files, err = s3.New(s3.Config{
		Store: db, Dir: filepath.Join(folder, objectsFolder), Small: s.smallBody(), Region: region, Account: Account, Now: now, Keys: keys, Events: s.Events,
	}); err != nil {
		return err
	}
	if err := s.Files.Bootstrap(context.Background()); err != nil {
		return err
	}
	if s.Distributions, err = cloudfront.New(cloudfront.Config{Store: db, Account: Account, Now: now, Keys: keys, Origin: s.Files, Meter: global}); err != nil {
		return err
	}
	if s.Tables, err = dynamodb.New(db, dynamodb.Config{
		Region: region, Account: Account, Now: now, Keys: keys, Meter: meter, Throttles: s.config.Quotas,
	}); err != nil {
		return err
	}
	s.Logs = logs.New(logs.Config{Store: db, Region: region, Account: Account, Now: now, Keys: keys})
	return s.openCallers(folder)
}

// openCallers makes the services that call others.
func (s *Sandbox) openCallers(folder string) (err error) {
	db, region, now, keys := s.store, s.config.Region, s.config.Now, s.Roles
	if s.Functions, err = lambda.New(lambda.Config{
		Store: db, Dir: filepath.Join(folder, functionsFolder), Region: region, Account: Account, Now: now, Keys: keys, Roles: s.Roles, Logs: s.Logs,
		Object: s.stored, Streams: s.Tables, PutObject: s.putObject, Endpoint: "https://" + s.HTTPS(), CAFile: s.CAFile(),
		Fault: func(operation string, err error) { s.fault("lambda", operation, err) }, Meter: s.Alarms.Meter(),
	}); err != nil {
		return err
	}
	s.Events.To(s.Functions)
	s.Events.Run()
	if s.APIs, err = appsync.New(appsync.Config{
		Store: db, Region: region, Account: Account, Now: now, Keys: keys, Tokens: s.Users.Tokens(), Roles: s.Roles, Tables: s.Tables,
		Functions: s.Functions, Object: s.object, Logs: s.Logs, Meter: s.Alarms.Meter(),
	}); err != nil {
		return err
	}
	s.sockets = realtime.New(realtime.Config{APIs: s.APIs, Region: region, Now: now, Log: s.subscribed})
	s.APIs.Subscribers(s.sockets)
	parameters := ssm.New(ssm.Config{Region: region, Account: Account, Now: now, Keys: keys})
	if s.Stacks, err = cloudformation.New(cloudformation.Config{
		Store: db, Region: region, Account: Account, Now: now, Keys: keys,
		Types: s.types(), Templates: s.template, Object: s.hasObject, Parameter: parameters.Parameter,
	}); err != nil {
		return err
	}
	if err := s.openStacksAbroad(); err != nil {
		return err
	}
	s.table = s.listed(parameters)
	s.openLook()
	s.Alarms.Run()
	if s.Abroad != nil {
		s.Abroad.Alarms.Run()
	}
	return nil
}

// realtimeName is what subscriptions are found by.
const realtimeName = "appsync-realtime"

// listed is where requests find the services.
func (s *Sandbox) listed(parameters *ssm.Service) []service {
	sessions := sts.New(sts.Config{Region: s.config.Region, Now: s.config.Now, Keys: s.Roles, Roles: s.Roles})
	return []service{
		{"cognito-idp", "AWSCognitoIdentityProviderService", at("cognito-idp"), s.Users},
		{"cognito-idp", "", cognito.ServesHosted, s.Users.Hosted()},
		{"cognito-identity", "AWSCognitoIdentityService", at("cognito-identity"), s.Identities},
		{"dynamodb", "DynamoDB_20120810", at("dynamodb"), s.Tables},
		{"appsync", "", at("appsync"), s.APIs.Control()},
		{"appsync", "", below("appsync-api"), s.APIs},
		{realtimeName, "", below("appsync-realtime-api"), s.sockets},
		{"cloudfront", "", cloudfront.Serves, s.Distributions},
		{"cloudformation", "", at("cloudformation"), s.abroadHandler(s.Stacks, func(a *Abroad) http.Handler { return a.Stacks })},
		{"cloudcontrolapi", "CloudApiService", at("cloudcontrolapi"), s.abroadHandler(s.control(), func(a *Abroad) http.Handler { return a.control })},
		{"sts", "", at("sts"), s.abroadHandler(sessions, func(a *Abroad) http.Handler { return a.sessions })},
		{"ssm", "AmazonSSM", at("ssm"), s.abroadHandler(parameters, func(a *Abroad) http.Handler { return a.parameters })},
		{"monitoring", "GraniteServiceVersion20100801", at("monitoring"), s.abroadHandler(s.Alarms, func(a *Abroad) http.Handler { return a.Alarms })},
		{"sns", "", at("sns"), s.abroadHandler(s.Topics, func(a *Abroad) http.Handler { return a.Topics })},
		{"logs", "Logs_20140328", at("logs"), s.Logs},
		{"lambda", "", at("lambda"), s.Functions},
		{"events", "AWSEvents", at("events"), s.Events},
		{"s3", "", s3.Serves, s.filesHandler()},
	}
}

// control reads the resources of the sandbox's region.
func (s *Sandbox) control() *cloudcontrol.Service {
	return cloudcontrol.New(cloudcontrol.Config{Region: s.config.Region, Account: Account, Keys: s.Roles, Now: s.config.Now, Types: s.types(), Store: s.store})
}

// types are the types of resources that all services make together.
func (s *Sandbox) types() map[string]aws.ResourceType {
	types := map[string]aws.ResourceType{}
	for _, of := range []map[string]aws.ResourceType{
		s.Roles.ResourceTypes(), s.Users.ResourceTypes(), s.Identities.ResourceTypes(), s.Files.ResourceTypes(),
		s.Distributions.ResourceTypes(), s.Tables.ResourceTypes(), s.Logs.ResourceTypes(), s.APIs.ResourceTypes(),
		s.Functions.ResourceTypes(), s.Events.ResourceTypes(), s.Topics.ResourceTypes(), s.Alarms.ResourceTypes(), s.Budgets.ResourceTypes(),
		(&waf.Service{Store: s.store}).ResourceTypes(), cdk.ResourceTypes(),
	} {
		maps.Copy(types, of)
	}
	return types
}

// closeServices ends what services do by themselves.
func (s *Sandbox) closeServices() error {
	var errs []error
	if s.Stacks != nil {
		errs = append(errs, s.Stacks.Close())
	}
	if s.Events != nil { // before what it calls
		errs = append(errs, s.Events.Close())
	}
	if s.Functions != nil {
		errs = append(errs, s.Functions.Close())
	}
	if s.Alarms != nil {
		errs = append(errs, s.Alarms.Close())
	}
	errs = append(errs, s.Abroad.close()...)
	if s.Files != nil {
		errs = append(errs, s.Files.Close())
	}
	return errors.Join(errs...)
}

// closeSockets tells subscribers that there is nothing more to come.
func (s *Sandbox) closeSockets(ctx context.Context) error {
	if s.sockets == nil {
		return nil
	}
	return s.sockets.Close(ctx)
}

// measure reports what is counted once a day.
func (s *Sandbox) measure(meter aws.Meter) {
	if err := s.Files.Measure(meter); err != nil {
		s.fault("s3", "Measure", err)
	}
}

// A mailer puts mail into the inbox, and hands it to whoever wants to know.
type mailer struct{ *Sandbox }

// Deliver implements cognito.Mailer.
func (m mailer) Deliver(message cognito.Message) {
	m.Inbox.Deliver(message)
	if m.config.Mail != nil {
		m.config.Mail(message)
	}
}
