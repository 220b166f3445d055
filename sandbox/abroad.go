package sandbox

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/budgets"
	"lightbox.example/lightbox/sandbox/cdk"
	"lightbox.example/lightbox/sandbox/cloudcontrol"
	"lightbox.example/lightbox/sandbox/cloudformation"
	"lightbox.example/lightbox/sandbox/cloudwatch"
	"lightbox.example/lightbox/sandbox/s3"
	"lightbox.example/lightbox/sandbox/sns"
	"lightbox.example/lightbox/sandbox/ssm"
	"lightbox.example/lightbox/sandbox/store"
	"lightbox.example/lightbox/sandbox/sts"
)

// central is the region that has CloudFront's metrics, whatever the sandbox's.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
const central = "us-east-1"

// Abroad is as much of us-east-1 as there is beside a sandbox of another region: alarms and dashboards, topics and budgets, in stacks of
// their own, and what the CDK needs to deploy these. The sandbox has all else in its own region alone.
type Abroad struct {
	Topics *sns.Service
	Alarms *cloudwatch.Service
	Stacks *cloudformation.Service

	files      *s3.Service // with the bucket of templates, and nothing else
	parameters *ssm.Service
	sessions   *sts.Service
	control    *cloudcontrol.Service
}

// openTopics makes SNS and CloudWatch of a region. daily are figures that are counted once a day.
func (s *Sandbox) openTopics(db store.Store, region string, daily func(aws.Meter)) (topics *sns.Service, alarms *cloudwatch.Service, err error) {
	if topics, err = sns.New(sns.Config{
		Store: db, Region: region, Account: Account, Now: s.config.Now, Keys: s.Roles, Mail: s.notify, Address: func() string { return "http://" + s.HTTP() },
	}); err != nil {
		return nil, nil, err
	}
	alarms, err = cloudwatch.New(cloudwatch.Config{
		Store: db, Region: region, Account: Account, Now: s.config.Now, Keys: s.Roles, Topics: topics, Daily: daily,
		Fault: func(operation string, err error) { s.fault("monitoring", operation, err) },
	})
	return topics, alarms, err
}

// openWatch makes what watches, and is where services report what they count: those of a region, and CloudFront, whose figures are in
// us-east-1.
func (s *Sandbox) openWatch(folder string) (regional, global aws.Meter, err error) {
	if s.Topics, s.Alarms, err = s.openTopics(s.store, s.config.Region, s.measure); err != nil {
		return nil, nil, err
	}
	if err := s.openAbroad(folder); err != nil {
		return nil, nil, err
	}
	if s.Abroad != nil {
		return s.Alarms.Meter(), s.Abroad.Alarms.Meter(), nil
	}
	return s.Alarms.Meter(), s.Alarms.Meter(), nil
}

// openAbroad makes what there is of us-east-1, unless all is there.
func (s *Sandbox) openAbroad(folder string) (err error) {
	if s.config.Region == central {
		return nil
	}
	db := store.Within(s.store, central+"/")
	a := &Abroad{}
	if a.Topics, a.Alarms, err = s.openTopics(db, central, nil); err != nil {
		return err
	}
	now, keys := s.config.Now, s.Roles
	if a.files, err = s3.New(s3.Config{
		Store: db, Dir: filepath.Join(folder, objectsFolder+"-"+central), Small: s.smallBody(), Region: central, Account: Account, Now: now, Keys: keys,
	}); err != nil {
		return err
	}
	a.parameters = ssm.New(ssm.Config{Region: central, Account: Account, Now: now, Keys: keys})
	a.sessions = sts.New(sts.Config{Region: central, Now: now, Keys: keys, Roles: s.Roles})
	s.Abroad = a
	return a.files.Bootstrap(context.Background())
}

// openStacksAbroad makes CloudFormation there, which refers to stacks of the sandbox's region and is referred to.
func (s *Sandbox) openStacksAbroad() (err error) {
	a := s.Abroad
	if a == nil {
		return nil
	}
	own := a.own(s.Budgets)
	a.Stacks, err = cloudformation.New(cloudformation.Config{
		Store: store.Within(s.store, central+"/"), Region: central, Account: Account, Now: s.config.Now, Keys: s.Roles,
		Types: a.types(s.types(), own, s.config.Region), Templates: s.template, Object: s.hasObject, Parameter: a.parameters.Parameter, Beside: s.Stacks,
	})
	a.control = cloudcontrol.New(cloudcontrol.Config{Region: central, Account: Account, Keys: s.Roles, Now: s.config.Now, Types: a.read(s.types(), own), Store: s.store})
	return err
}

// own are the types of resources that are made there.
func (a *Abroad) own(budgets *budgets.Service) map[string]aws.ResourceType {
	there := map[string]aws.ResourceType{}
	for _, of := range []map[string]aws.ResourceType{a.Alarms.ResourceTypes(), a.Topics.ResourceTypes(), budgets.ResourceTypes(), cdk.ResourceTypes()} {
		maps.Copy(there, of)
	}
	return there
}

// read are the types that are read there: its own, and those that an account has once, whatever the region.
func (*Abroad) read(all, own map[string]aws.ResourceType) map[string]aws.ResourceType {
	there := maps.Clone(own)
	for name, kind := range all {
		if strings.HasPrefix(name, "AWS::IAM::") || strings.HasPrefix(name, "AWS::CloudFront::") {
			there[name] = kind
		}
	}
	return there
}

// types are the types of resources that there are abroad. All others that the sandbox has are refused there by name.
func (*Abroad) types(all, own map[string]aws.ResourceType, region string) map[string]aws.ResourceType {
	there := maps.Clone(own)
	names := strings.Join(slices.Sorted(maps.Keys(there)), ", ")
	for name, kind := range all {
		if _, is := there[name]; is {
			continue
		}
		kind.Check = func(aws.Resource) error {
			return fmt.Errorf("%s: got the region %s, want %s: the sandbox has nothing in %s but %s", name, central, region, central, names)
		}
		kind.Create = func(_ context.Context, r aws.Resource) (aws.State, error) { return aws.State{}, kind.Check(r) }
		there[name] = kind
	}
	return there
}

// stacksOf is CloudFormation in a region, that of the sandbox for "".
func (s *Sandbox) stacksOf(region string) *cloudformation.Service {
	if s.Abroad != nil && region == central {
		return s.Abroad.Stacks
	}
	return s.Stacks
}

// filesOf is S3 in the region of a bucket.
func (s *Sandbox) filesOf(bucket string) *s3.Service {
	if s.Abroad != nil && bucket == s.Abroad.files.AssetBucket() {
		return s.Abroad.files
	}
	return s.Files
}

// stacks are all stacks, of both regions.
func (s *Sandbox) stacks() []cloudformation.Stack {
	all := s.Stacks.Stacks()
	if s.Abroad != nil {
		all = append(all, s.Abroad.Stacks.Stacks()...)
	}
	return all
}

// each deploys the stacks of an assembly by the CloudFormation of their regions, in their order.
func (s *Sandbox) each(a *assembly.Assembly, do func(*cloudformation.Service, *assembly.Assembly) error) error {
	for _, wanted := range a.Stacks {
		one := *a
		one.Stacks = []*assembly.Stack{wanted}
		if err := do(s.stacksOf(wanted.Region), &one); err != nil {
			return err
		}
	}
	return nil
}

// A regional is a service of the sandbox's region, with the one of us-east-1 beside it.
type regional struct{ home, there http.Handler }

// inRegion is the region of a service's name, or of a signature's scope.
var inRegion = regexp.MustCompile(`^[a-z0-9-]+\.([a-z]{2}(?:-[a-z]+)+-[0-9])\.amazonaws\.com$`)

// ServeHTTP asks the service of the region that a request is for.
func (h regional) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if regionOf(r) == central {
		h.there.ServeHTTP(w, r)
		return
	}
	h.home.ServeHTTP(w, r)
}

// regionOf is the region that a request is for: as its Host says, its signature, or the ARN in a link; "" if nothing does.
func regionOf(r *http.Request) string {
	if found := inRegion.FindStringSubmatch(aws.Hostname(r.Host)); found != nil {
		return found[1]
	}
	if region, _ := scopeOf(r); region != "" {
		return region
	}
	query := r.URL.Query()
	for _, arn := range []string{query.Get("TopicArn"), query.Get("SubscriptionArn")} {
		if parts := strings.Split(arn, ":"); len(parts) > 3 {
			return parts[3]
		}
	}
	return ""
}

// abroadHandler is a service with the one of us-east-1 beside it, if there is one.
func (s *Sandbox) abroadHandler(home http.Handler, there func(*Abroad) http.Handler) http.Handler {
	if s.Abroad == nil {
		return home
	}
	return regional{home, there(s.Abroad)}
}

// filesHandler serves S3: the one bucket of us-east-1 by its name.
func (s *Sandbox) filesHandler() http.Handler {
	if s.Abroad == nil {
		return s.Files
	}
	bucket := s.Abroad.files.AssetBucket()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(aws.Hostname(r.Host), bucket+".") || r.URL.Path == "/"+bucket || strings.HasPrefix(r.URL.Path, "/"+bucket+"/") {
			s.Abroad.files.ServeHTTP(w, r)
			return
		}
		s.Files.ServeHTTP(w, r)
	})
}

// notify puts a mail of SNS's into the inbox.
func (s *Sandbox) notify(m sns.Mail) {
	mailer{s}.Deliver(Mail{Time: m.Time, PoolName: m.Topic, Purpose: "SNS", From: m.From, To: m.To, Subject: m.Subject, Body: m.Body, Link: m.Link})
}

// close ends what services there do by themselves.
func (a *Abroad) close() (errs []error) {
	if a == nil {
		return nil
	}
	if a.Stacks != nil {
		errs = append(errs, a.Stacks.Close())
	}
	if a.Alarms != nil {
		errs = append(errs, a.Alarms.Close())
	}
	if a.files != nil {
		errs = append(errs, a.files.Close())
	}
	return errs
}
