package lambda_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	runtime "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// The test's own binary is the program of the functions.
func TestMain(m *testing.M) {
	if os.Args[len(os.Args)-1] == "function" {
		program()
	}
	os.Exit(m.Run())
}

// order is an event for the program.
type order struct {
	Do    string `json:"do"`
	N     int    `json:"n,omitempty"`
	Text  string `json:"text,omitempty"`
	Meet  string `json:"meet,omitempty"` // a folder in which N calls meet before any goes on
	Until string `json:"until,omitempty"`

	Records []events.DynamoDBEventRecord `json:"Records,omitempty"` // of a stream
}

// told is what the program answers.
type told struct {
	Instance string   `json:"instance"`
	PID      int      `json:"pid"`
	Calls    int      `json:"calls"`
	Request  string   `json:"request"`
	ARN      string   `json:"arn"`
	Left     int64    `json:"left"` // milliseconds
	Environ  []string `json:"environ,omitempty"`
	Version  string   `json:"version"`
	Text     string   `json:"text,omitempty"`
}

var held [][]byte

func program() {
	if os.Getenv("FAIL_START") == "exit" {
		fmt.Println("cannot start")
		os.Exit(3)
	}
	instance, calls := rand.Text(), 0
	runtime.Start(func(ctx context.Context, o order) (any, error) {
		if o.Records != nil {
			return deliver(o.Records)
		}
		calls++
		here, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		answer := told{
			Instance: instance, PID: os.Getpid(), Calls: calls, Request: here.AwsRequestID, ARN: here.InvokedFunctionArn,
			Left: time.Until(deadline).Milliseconds(), Version: os.Getenv("VERSION"),
		}
		switch o.Do {
		case "environ":
			answer.Environ = os.Environ()
		case "print":
			fmt.Println("to standard output")
			fmt.Fprintln(os.Stderr, "to standard error")
			fmt.Print("without an end")
		case "allocate":
			block := bytes.Repeat([]byte{1}, o.N<<20)
			held = append(held, block)
		case "exit":
			os.Exit(o.N)
		case "panic":
			panic(o.Text)
		case "fail":
			return nil, errors.New(o.Text)
		case "big":
			answer.Text = strings.Repeat("x", o.N)
		case "meet":
			meet(o.Meet, o.N)
		case "wait":
			wait(o.Until)
		case "count":
			return nil, count(o)
		}
		return answer, nil
	})
}

// meet waits until n calls are there.
func meet(folder string, n int) {
	if err := os.WriteFile(filepath.Join(folder, rand.Text()), nil, 0o600); err != nil {
		panic(err)
	}
	for {
		if entries, _ := os.ReadDir(folder); len(entries) >= n {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// wait says who it is in a file beside it, and waits for a file.
func wait(file string) {
	if err := os.WriteFile(file+".there", []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		panic(err)
	}
	for {
		if _, err := os.Stat(file); err == nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// count adds a file for each attempt to a folder, and fails the first N.
func count(o order) error {
	entries, err := os.ReadDir(o.Meet)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(o.Meet, rand.Text()), nil, 0o600); err != nil {
		return err
	}
	if len(entries) < o.N {
		return errors.New("not yet")
	}
	return nil
}

// deliver writes a batch into a file of a folder, and does with each record what its item says: fail all, report it, or wait.
func deliver(records []events.DynamoDBEventRecord) (any, error) {
	folder := os.Getenv("DELIVERED")
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var told []string
	var report events.DynamoDBEventResponse
	var failed error
	for _, r := range records {
		id, image := r.Change.Keys["id"].String(), r.Change.NewImage
		told = append(told, r.EventName+" "+id)
		do, has := image["do"]
		switch {
		case !has, do.String() == "ok":
		case do.String() == "fail":
			failed = errors.New("poisoned by " + id)
		case do.String() == "report":
			report.BatchItemFailures = append(report.BatchItemFailures, events.DynamoDBBatchItemFailure{ItemIdentifier: r.Change.SequenceNumber})
		default:
			defer wait(do.String())
		}
	}
	if err := os.WriteFile(folder+".part", []byte(strings.Join(told, ", ")), 0o600); err != nil {
		return nil, err
	}
	if err := os.Rename(folder+".part", filepath.Join(folder, fmt.Sprintf("%03d", len(entries)))); err != nil {
		return nil, err
	}
	return report, failed
}
