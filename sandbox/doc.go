// Package sandbox is AWS on a laptop, as far as Lightbox needs it: the real CDK CLI deploys to it, the unmodified Amplify
// client talks to it, and it enforces the very policies and runs the very resolvers that ship.
//
// One process has two listeners. HTTPS answers for the names that AWS's services have, which clients reach by moving the
// names and not the requests: Chromium's --host-resolver-rules, or a lookup of Node's. HTTP is the endpoint for tools that
// can be given one (AWS_ENDPOINT_URL), and has the pages under /_lightbox/.
//
// A request takes two jumps: server.go finds the service, by Host or by what the request says of itself, and the service's
// table of operations the function that answers.
//
// # Where to look
//
//	sandbox.go services.go               Start and Close; the list of the services, and who knows whom
//	server.go requests.go timeouts.go    a request on its way to a service, and its line in the log
//	exchange.go detail.go secrets.go     what went over the wire for it, as people see it
//	wall.go bridge.go certificate.go     who may send one, the way for any browser, and TLS
//	browser/                             the scripts that bring a page there
//	gate.go saved.go clock.go controls.go    standing still for a moment: states under a name, and the time; for this machine alone
//	headers.go                           what every answer has: the time, and an origin of its own
//	views.go pages.go overview.go        what people look at: the pages under /_lightbox/, each with its data as JSON
//	lookviews.go look/                   of those that look into the services, and change what is there
//	console/                             their front end, a module of JavaScript a page
//	site.go                              a front end that is served beside it
//	abroad.go                            what there is of us-east-1 beside another region
//	deploy.go assets.go watch.go         an assembly, deployed from Go with the files that it needs
//	aws store pipeline                   what services share: the wire, the database, the steps of a request
//	iam assembly appsyncjs origin        what decides, what a synth wrote, what runs resolvers, what a browser calls a site
//
// Every other package is a service, and says in its comment where to look in it and what it does not imitate.
//
// # What is refused
//
// It knows a closed list of resource types, properties, intrinsics, operators, expressions and resolver functions
// (docs/SANDBOX.md) and refuses anything else by name. It never answers what it does not know.
package sandbox
