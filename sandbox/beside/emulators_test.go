package beside_test

import (
	"context"
	_ "embed"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfn "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/timing"
	"lightbox.example/lightbox/sandbox"
)

const region = "us-east-1"

// template has a bucket, a table, and an API that reads and writes rows of that.
//
//go:embed template.json
var template string

// An emulator is what is measured.
type emulator struct {
	name string
	// command is what starts it at a port of 127.0.0.1, with environment besides. Folder has what `make beside` installed.
	command func(t *testing.T, folder, port string) (environment, command []string)
	// has says which services are asked of it.
	has services
	// ours says that a fault of its is one of this test.
	ours bool
	// byStack says whether bucket, table and API come by a stack; else bucket and table are made by their services.
	byStack bool
}

type services struct{ s3, dynamodb, graphql bool }

var emulators = []emulator{
	{"Lightbox", lightbox(true), services{true, true, true}, true, true},
	{"in memory", lightbox(false), services{true, true, true}, true, true},
	{"fauxqs", func(t *testing.T, folder, port string) (environment, command []string) {
		start := filepath.Join(t.TempDir(), "start.mjs")
		text := `import { startFauxqs } from '` + folder + `/node_modules/fauxqs/dist/app.js'; import net from 'node:net';
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (options, ...rest) { return listen.call(this, { ...options, host: '127.0.0.1' }, ...rest); };
await startFauxqs({ port: ` + port + `, logger: false });`
		if err := os.WriteFile(start, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return nil, []string{"node", start}
	}, services{s3: true}, false, false},
	{"dynalite", func(_ *testing.T, folder, port string) (environment, command []string) {
		return nil, []string{"node", folder + "/node_modules/.bin/dynalite", "--host", "127.0.0.1", "--port", port, "--createTableMs", "0"}
	}, services{dynamodb: true}, false, false},
	{"moto", func(_ *testing.T, folder, port string) (environment, command []string) {
		return nil, []string{folder + "/venv/bin/moto_server", "-H", "127.0.0.1", "-p", port}
	}, services{s3: true, dynamodb: true}, false, false},
	{"MiniStack", func(_ *testing.T, folder, port string) (environment, command []string) {
		return []string{"BIND_HOST=127.0.0.1", "GATEWAY_PORT=" + port}, []string{folder + "/venv/bin/ministack"}
	}, services{true, true, true}, false, true},
}

func lightbox(disk bool) func(t *testing.T, folder, port string) (environment, command []string) {
	return func(t *testing.T, folder, port string) ([]string, []string) {
		kept := "--ephemeral"
		if disk {
			kept = "--data=" + t.TempDir()
		}
		return nil, []string{folder + "/lightbox", "sandbox", "--http", "127.0.0.1:" + port, "--https", "127.0.0.1:0", "--region", region,
			"--log", "none", kept}
	}
}

// A running is an emulator that listens, with a bucket and a table.
type running struct {
	emulator
	config             aws.Config
	address            string
	s3                 *s3.Client
	dynamodb           *dynamodb.Client
	bucket, table, url string // url is where GraphQL is asked; host the name by which
	host               string
	process            int // its id
}

// start returns it when it answers.
func (e emulator) start(t *testing.T, folder string) *running {
	t.Helper()
	port := strconv.Itoa(timing.FreePort(t))
	environment, command := e.command(t, folder, port)
	process := exec.Command(command[0], command[1:]...)
	process.Env = append(os.Environ(), environment...)
	process.Dir = t.TempDir()
	log, err := os.Create(filepath.Join(process.Dir, "log"))
	if err == nil {
		process.Stdout, process.Stderr = log, log
		err = process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
	address := "127.0.0.1:" + port
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			_ = connection.Close()
			break
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(log.Name())
			t.Fatalf("%s does not listen: %v\n%s", e.name, err, text)
		}
	}
	r := &running{emulator: e, address: address, process: process.Process.Pid, bucket: "beside", table: "beside", config: aws.Config{
		Region: region, BaseEndpoint: aws.String("http://" + address),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}, nil
		}),
		HTTPClient:       client,
		RetryMaxAttempts: 3, // of the SDK alone: https://github.com/aws/aws-sdk-go-v2/issues/2737
	}}
	r.s3 = s3.NewFromConfig(r.config, func(o *s3.Options) { o.UsePathStyle = true })
	r.dynamodb = dynamodb.NewFromConfig(r.config)
	make := r.makeAlone
	if e.byStack {
		make = r.makeByStack
	}
	if err := make(t.Context()); err != nil {
		text, _ := os.ReadFile(log.Name())
		t.Fatalf("%s: %v\n%.2000s", e.name, err, text)
	}
	return r
}

func (r *running) makeAlone(ctx context.Context) error {
	if r.has.s3 {
		if _, err := r.s3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &r.bucket}); err != nil {
			return err
		}
	}
	if !r.has.dynamodb {
		return nil
	}
	if _, err := r.dynamodb.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: &r.table, BillingMode: ddb.BillingModePayPerRequest,
		AttributeDefinitions: []ddb.AttributeDefinition{
			{AttributeName: aws.String("pk"), AttributeType: ddb.ScalarAttributeTypeS}, {AttributeName: aws.String("sk"), AttributeType: ddb.ScalarAttributeTypeS},
		},
		KeySchema: []ddb.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: ddb.KeyTypeHash}, {AttributeName: aws.String("sk"), KeyType: ddb.KeyTypeRange}},
	}); err != nil {
		return err
	}
	return dynamodb.NewTableExistsWaiter(r.dynamodb).Wait(ctx, &dynamodb.DescribeTableInput{TableName: &r.table}, time.Minute)
}

func (r *running) makeByStack(ctx context.Context) error {
	stacks := cloudformation.NewFromConfig(r.config)
	name := aws.String("Beside")
	_, err := stacks.CreateStack(ctx, &cloudformation.CreateStackInput{StackName: name, TemplateBody: &template, Capabilities: []cfn.Capability{cfn.CapabilityCapabilityIam}})
	if err == nil {
		err = cloudformation.NewStackCreateCompleteWaiter(stacks, func(o *cloudformation.StackCreateCompleteWaiterOptions) { o.MinDelay = time.Second }).
			Wait(ctx, &cloudformation.DescribeStacksInput{StackName: name}, time.Minute)
	}
	if err != nil {
		return err
	}
	described, err := stacks.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: name})
	if err != nil {
		return err
	}
	outputs := map[string]string{}
	for _, output := range described.Stacks[0].Outputs {
		outputs[*output.OutputKey] = *output.OutputValue
	}
	r.bucket, r.table = outputs["Bucket"], outputs["Table"]
	// At this machine, by the host and the path that AWS gives it.
	host, path, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(outputs["URL"], "https://"), "http://"), "/")
	r.host, r.url = host, fmt.Sprintf("http://%s/%s", r.address, path)
	return nil
}
