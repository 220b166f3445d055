// Package proof holds synthesized templates against the access table, the schema and invariants,
// so that nobody can do more, or less, than they say. Part of that is proven, part is tried, and
// part is not covered.
//
// What it is proven of is read by package system; who asks, for what, and what is meant to be
// answered is package question. Package explain answers one question, report tabulates all answers,
// and diff compares two assemblies; the page of the sandbox is package page, and the run in a synth
// package plugin.
//
// # What is proven
//
// For everybody who could ask (anyone on the internet, CloudFront for this account and for
// another, another service, a role of another account, a guest, a signed-in user, an admin),
// for every action, every resource and every prefix of a listing: the policies allow it
// exactly where the contract does. "Every" is meant: policies look at texts only by matching
// patterns, so texts fall into finitely many classes, and one text of each class is asked
// about (package classes). Owners are two symbols, me and another; policies may name owners
// by variables only, so what holds for these two holds for any two. The table itself is held
// against the misuse cases, which are written by hand: it cannot give guests a listing, for
// example, even if the policies follow it.
//
// For the settings that access rests on (public access blocked, CORS, how people sign in and how
// long their tokens live, role mapping, principal tag, what the CDN serves and with which headers,
// modes and limits of the API, …): they are as the invariants say, which are written by hand
// and follow no setting. The outputs file tells clients exactly what the policies allow. For
// every field of the schema: who may call it is said explicitly, and is what the invariants
// allow; every type that an IAM caller can reach is open to IAM callers, and nothing else is; a
// subscription hears the mutations that it is declared to hear.
//
// # What is tried
//
// The resolvers run on the tables in memory, past the directives: they let their caller do what
// is the caller's, and refuse, change nothing and tell nothing where it is another's. This is a
// course of events with two symbolic owners, one group, and no headers or claims; not a proof
// over all of them. Calls are counted as they happen: a resolver, or a function of a pipeline, of
// which a handler never ran is a violation that names it. That a handler ran does not say that
// each of its branches did.
//
// For every role, those who are known to ask for roles ask for it: the trust policies let in whom
// the role is for and nobody else of them.
//
// # What is not covered
//
//   - Conditions are sampled, but for the prefix of a listing: requests come over TLS 1.2 and 1.1
//     and plain HTTP, for one source ARN a service, one sub, two kinds of amr. A statement for
//     TLS 1.3, or for one identity by name, is not asked about.
//   - Principals are sampled, but for accounts and roles, which are named one by one: of services
//     and identity providers those that the lists of callers and candidates have are asked.
//   - Properties that neither a policy nor an invariant is made of are not read: replication,
//     inventory, resource policies of tables and logs, code at the CDN's edge, log levels.
//     Resource types are an allow-list, their properties are not.
//   - References are checked where an invariant says so. That the origin access control is on the
//     origin, that the distribution is on, that the group is named Admins is not.
//   - A role or function by a construct path with CustomResourceProvider in it is trusted to be
//     the library's.
//   - That nobody can do less is proven of files and public fields, tried of the other fields, and
//     open for all else.
//   - That AWS does what its documentation says; that ids of identities and users have the form
//     that Cognito gives them (neither is a prefix of the other's); organisation policies and
//     permissions boundaries, which can only narrow; what the account's other stacks grant.
package proof
