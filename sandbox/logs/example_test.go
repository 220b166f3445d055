package logs_test

import (
	"context"
	"fmt"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/logs"
	"lightbox.example/lightbox/sandbox/store"
)

func Example() {
	service := logs.New(logs.Config{Store: store.NewMemory()})
	err := service.Write(context.Background(), aws.Caller{}, "/aws/appsync/apis/ID", "stream", time.Unix(0, 0), []string{"a line"})
	fmt.Println(err != nil) // no template has made the group
	// Output: true
}
