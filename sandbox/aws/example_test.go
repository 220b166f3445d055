package aws_test

import (
	"net/http"

	"lightbox/internal/iam"
	"lightbox/sandbox/aws"
)

func Example() {
	var verifier aws.Verifier
	protocol := aws.JSONProtocol{Version: "1.1", Target: "AmazonSSM", Internal: "InternalServerError"}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		caller, err := verifier.Verify(r) // who asks
		if err != nil {
			protocol.WriteError(w, r, err)
			return
		}
		operation, err := protocol.Operation(r) // what for
		if err != nil {
			protocol.WriteError(w, r, err)
			return
		}
		decision, message := aws.Authorize(r.Context(), caller, aws.Request{Action: "ssm:" + operation, Resource: "*"}) // may they
		if decision != iam.Allow {
			protocol.WriteError(w, r, &aws.Error{Code: "AccessDeniedException", Message: message, Status: http.StatusBadRequest})
			return
		}
		protocol.Write(w, r, struct{}{})
	})
}
