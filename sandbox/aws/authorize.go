package aws

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/iam"
)

// Request is one action on one resource, for Authorize to decide.
type Request struct {
	Action   string        // as in s3:GetObject
	Resource string        // an ARN, or "*" for an action without a resource
	Account  string        // the account that the resource belongs to; "" as iam.Request says
	Context  iam.Context   // the keys of the service itself; Authorize adds those of all services
	Policies []*iam.Policy // the resource's
	// RestrictPublic is S3's RestrictPublicBuckets.
	RestrictPublic bool
}

// Authorize decides whether the caller may do what the request says, whose global condition keys it knows from the context
// that Begin made, and enters the decision with its reasons into the
// request log. The message of a denial is the sentence that AWS gives for one.
func Authorize(ctx context.Context, caller Caller, request Request) (decision iam.Decision, message string) {
	asked := iam.Request{
		Principal: caller.Principal, Action: request.Action, Resource: request.Resource,
		ResourceAccount: request.Account, Context: slices.Concat(request.Context, globalKeys(ctx, caller, request)),
	}
	policies := iam.Policies{
		Identity: caller.Identity, Resource: request.Policies, Session: caller.Session,
		RestrictPublic: request.RestrictPublic,
	}
	decision, reasons := iam.Authorize(asked, policies)
	entry := EntryOf(ctx)
	entry.Decided, entry.Decision, entry.Reasons = true, decision, reasons
	if decision == iam.Allow {
		return iam.Allow, ""
	}
	return iam.Deny, denial(caller, request, reasons) + byTLS(asked, policies, reasons)
}

// byTLS is what the message of a denial says besides AWS's words where the request came by plain HTTP, and would not be denied
// so by TLS: nobody has AWS by plain HTTP without asking for it, and here some tools are given no other address. Else it is "".
func byTLS(asked iam.Request, policies iam.Policies, reasons iam.Reasons) string {
	at := slices.IndexFunc(asked.Context, func(k iam.Key) bool { return k.Name == "aws:SecureTransport" && k.Value == "false" })
	if reasons.Cause != iam.ExplicitDeny || at < 0 {
		return ""
	}
	asked.Context = slices.Clone(asked.Context)
	asked.Context[at].Value = "true"
	if _, again := iam.Authorize(asked, policies); again.Cause == iam.ExplicitDeny {
		return ""
	}
	return " (it came by plain HTTP, which the policy denies; the sandbox's address by TLS is AWS_ENDPOINT_URL_S3 of `lightbox sandbox env`)"
}

// Permit is Authorize for a service that does something for somebody, of all that it takes: AccessDeniedException of the first that
// the caller may not.
func Permit(ctx context.Context, caller Caller, needs []Request) error {
	for _, need := range needs {
		if decision, message := Authorize(ctx, caller, need); decision == iam.Deny {
			return Refuse(http.StatusForbidden, "AccessDeniedException", "%s", message)
		}
	}
	return nil
}

// denial is the message of an access denied error.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func denial(caller Caller, request Request, reasons iam.Reasons) string {
	why := "because no identity-based policy allows the " + request.Action + " action"
	switch reasons.Cause {
	case iam.ExplicitDeny:
		why = "with an explicit deny in " + denier(reasons)
	case iam.OutsideSession:
		why = "because no session policy allows the " + request.Action + " action"
	case iam.OtherAccount:
		why = "because no resource-based policy allows the " + request.Action + " action"
	}
	return fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s",
		caller.ARN(), request.Action, request.Resource, why)
}

// denier is the kind of the policy that denies.
func denier(reasons iam.Reasons) string {
	for _, verdict := range reasons.Verdicts() {
		switch {
		case !verdict.Deny || !verdict.Applies():
		case verdict.Kind == iam.Resource:
			return "a resource-based policy"
		case verdict.Kind == iam.Session:
			return "a session policy"
		}
	}
	return "an identity-based policy"
}

// ARN is the caller as AWS names it in messages and in GetCallerIdentity, as in
// arn:aws:sts::111122223333:assumed-role/Guest/session; of a caller that is no role's session it is what String says.
func (c Caller) ARN() string {
	session, ok := c.Principal.(iam.RoleSession)
	if !ok {
		return c.String()
	}
	head, path, ok := strings.Cut(session.Role, ":role/")
	if !ok {
		return session.Role
	}
	name := path[strings.LastIndexByte(path, '/')+1:]
	return strings.Replace(head, ":iam:", ":sts:", 1) + ":assumed-role/" + name + "/" + session.Name
}
