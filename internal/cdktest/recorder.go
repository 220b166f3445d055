package cdktest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Recorder is an endpoint that says yes to the calls of `cdk deploy` and remembers what
// was asked for. It deploys nothing: it shows what would reach AWS.
type Recorder struct {
	// URL is for AWS_ENDPOINT_URL.
	URL string

	mu         sync.Mutex
	objects    map[string][]byte
	changeSets []ChangeSet
	executed   map[string]bool
	unknown    []string
}

// ChangeSet is one deployment of one stack, as CloudFormation would have received it.
type ChangeSet struct {
	StackName    string
	Kind         string
	Capabilities []string
	// Template is the text that the change set points to.
	Template []byte
	// Order is the position in which it was executed, from 1; 0 if it never was.
	Order int
}

// Account is the account that the recorder's credentials belong to.
const Account = "111122223333"

// NewRecorder starts a recorder that ends with the test.
func NewRecorder(t testing.TB) *Recorder {
	t.Helper()
	r := &Recorder{objects: map[string][]byte{}, executed: map[string]bool{}}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.URL = server.URL
	return r
}

// ChangeSets are the executed change sets, in the order of their execution.
func (r *Recorder) ChangeSets() []ChangeSet {
	r.mu.Lock()
	defer r.mu.Unlock()
	executed := slices.DeleteFunc(slices.Clone(r.changeSets), func(c ChangeSet) bool { return c.Order == 0 })
	slices.SortFunc(executed, func(a, b ChangeSet) int { return a.Order - b.Order })
	return executed
}

// Unknown are the calls that the recorder had no answer for.
func (r *Recorder) Unknown() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.unknown)
}

// ServeHTTP tells the services apart by their protocols.
func (r *Recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if target := req.Header.Get("X-Amz-Target"); target != "" {
		r.ssm(w, target)
		return
	}
	if strings.HasPrefix(req.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		if err := req.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.query(w, req)
		return
	}
	r.s3(w, req)
}

func (r *Recorder) ssm(w http.ResponseWriter, target string) {
	if target != "AmazonSSM.GetParameter" {
		r.refuse(w, target)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	fmt.Fprint(w, `{"Parameter":{"Name":"/cdk-bootstrap/hnb659fds/version","Type":"String","Value":"30","Version":1}}`)
}

// s3 keeps what is put; templates of deployments come this way.
func (r *Recorder) s3(w http.ResponseWriter, req *http.Request) {
	switch query := req.URL.Query(); {
	case req.Method == http.MethodPut:
		body, err := io.ReadAll(req.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.objects[req.URL.Path] = body
		w.Header().Set("ETag", `"0"`)
	case query.Has("location"):
		fmt.Fprint(w, `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>`)
	case query.Has("encryption"):
		fmt.Fprint(w, `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`)
	case query.Get("list-type") == "2":
		fmt.Fprint(w, `<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>`)
	default:
		r.refuse(w, req.Method+" "+req.URL.String())
	}
}

// query answers CloudFormation and STS.
func (r *Recorder) query(w http.ResponseWriter, req *http.Request) {
	// After the first answer the CLI calls a stack by its ARN.
	name := req.Form.Get("StackName")
	if parts := strings.Split(name, "/"); len(parts) == 3 {
		name = parts[1]
	}
	switch action := req.Form.Get("Action"); action {
	case "GetCallerIdentity":
		answer(w, action, `<Account>`+Account+`</Account><Arn>arn:aws:iam::`+Account+`:user/test</Arn><UserId>test</UserId>`)
	case "AssumeRole":
		answer(w, action, `<Credentials><AccessKeyId>AKIDTEST</AccessKeyId><SecretAccessKey>test</SecretAccessKey><SessionToken>test</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`+
			`<AssumedRoleUser><Arn>`+req.Form.Get("RoleArn")+`</Arn><AssumedRoleId>test:test</AssumedRoleId></AssumedRoleUser>`)
	case "DescribeStacks":
		r.describeStacks(w, name)
	case "CreateChangeSet":
		r.changeSets = append(r.changeSets, ChangeSet{
			StackName: name, Kind: req.Form.Get("ChangeSetType"), Capabilities: members(req, "Capabilities"), Template: r.template(req),
		})
		answer(w, action, `<Id>`+changeSetARN(name)+`</Id><StackId>`+stackARN(name)+`</StackId>`)
	case "DescribeChangeSet":
		answer(w, action, `<ChangeSetName>cdk</ChangeSetName><ChangeSetId>`+changeSetARN(name)+`</ChangeSetId><StackId>`+stackARN(name)+`</StackId><StackName>`+name+`</StackName>`+
			`<Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus><Changes/>`)
	case "ExecuteChangeSet":
		r.execute(name)
		answer(w, action, "")
	case "DescribeStackEvents":
		answer(w, action, `<StackEvents/>`)
	case "DeleteChangeSet":
		answer(w, action, "")
	case "GetTemplate":
		answer(w, action, `<TemplateBody>{}</TemplateBody>`)
	default:
		r.refuse(w, action)
	}
}

// describeStacks answers in the words that the CLI looks for when there is no such stack.
func (r *Recorder) describeStacks(w http.ResponseWriter, name string) {
	if !r.executed[name] {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id %s does not exist</Message></Error></ErrorResponse>`, name)
		return
	}
	var outputs strings.Builder
	for _, set := range r.changeSets {
		if set.StackName != name {
			continue
		}
		template, err := parse(set.Template)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		for key := range template.Outputs {
			fmt.Fprintf(&outputs, `<member><OutputKey>%s</OutputKey><OutputValue>%s of %s</OutputValue></member>`, key, key, name)
		}
	}
	answer(w, "DescribeStacks", `<Stacks><member><StackId>`+stackARN(name)+`</StackId><StackName>`+name+`</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime>`+
		`<StackStatus>CREATE_COMPLETE</StackStatus><Outputs>`+outputs.String()+`</Outputs></member></Stacks>`)
}

// template is the text that a change set brings or points to.
func (r *Recorder) template(req *http.Request) []byte {
	if body := req.Form.Get("TemplateBody"); body != "" {
		return []byte(body)
	}
	url := req.Form.Get("TemplateURL")
	for path, body := range r.objects {
		if strings.HasSuffix(url, path[strings.LastIndex(path, "/"):]) {
			return body
		}
	}
	return nil
}

func (r *Recorder) execute(name string) {
	r.executed[name] = true
	for i := range r.changeSets {
		if r.changeSets[i].StackName == name {
			r.changeSets[i].Order = len(r.executed)
		}
	}
}

func (r *Recorder) refuse(w http.ResponseWriter, call string) {
	r.unknown = append(r.unknown, call)
	w.WriteHeader(http.StatusBadRequest)
	fmt.Fprintf(w, `<ErrorResponse><Error><Code>NotRecorded</Code><Message>%s</Message></Error></ErrorResponse>`, call)
}

// answer writes a result of the query protocol; see
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html.
func answer(w http.ResponseWriter, action, result string) {
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, `<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></%[1]sResponse>`, action, result)
}

// members are the values of a list of the query protocol.
func members(req *http.Request, name string) []string {
	var values []string
	for i := 1; ; i++ {
		value := req.Form.Get(fmt.Sprintf("%s.member.%d", name, i))
		if value == "" {
			return values
		}
		values = append(values, value)
	}
}

func stackARN(name string) string {
	return "arn:aws:cloudformation:us-east-1:" + Account + ":stack/" + name + "/00000000-0000-0000-0000-000000000000"
}

func changeSetARN(name string) string {
	return "arn:aws:cloudformation:us-east-1:" + Account + ":changeSet/" + name + "/00000000-0000-0000-0000-000000000000"
}
