package aws_test

import (
	"net/http"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

func Example() {
	var verifier aws.Verifier
	protocol := aws.JSONProtocol{Version: "1.1", Target: "AmazonSSM", Internal: "InternalServerError"}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		r, _ = aws.Begin(r, "ssm", "us-east-1", time.Now) // the log's entry, and the condition keys that all services have
		caller, err := verifier.Verify(r)                 // who asks
		if err != nil {
			protocol.WriteError(w, r, err)
			return
		}
		operation, err := protocol.Operation(r, 64<<10) // what for
		if err != nil {
			protocol.WriteError(w, r, err)
			return
		}
		decision, message := aws.Authorize(r.Context(), caller, aws.Request{Action: "ssm:" + operation, Resource: "*"}) // may they
		if decision != iam.Allow {
			protocol.WriteError(w, r, protocol.Denied(message))
			return
		}
		protocol.Write(w, r, operation, struct{}{})
	})
}
