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
// another, another service, a role of another account, a guest, a signed-in user, a member of each group, each function of
// ours),
// for every action, every resource and every prefix of a listing: the policies allow it
// exactly where the contract does. "Every" is meant: policies look at texts only by matching
// patterns, so texts fall into finitely many classes, and one text of each class is asked
// about (package classes). Owners are two symbols, me and another; policies may name owners
// by variables only, so what holds for these two holds for any two. The table itself is held
// against the misuse cases, which are written by hand: it cannot give guests a listing, for
// example, even if the policies follow it.
//
// Every statement of every policy has one of the shapes of its kind: the principals, effects and
// conditions that constructs makes, word by word. A person's policy lets do things, under conditions
// on the prefix of a listing alone; a trust policy is one statement. So a request has no side that a
// policy looks at and nobody asks about.
//
// A function may do what its column of the table says, write its own log, send its traces, and have Lambda read the streams that it
// hears of and write to a bucket that is for nothing else; nothing else anywhere: each action of its role on what are no files is
// one of these, word by word. Its role and its log are its own. It is one that access.Functions declares, and what reaches it is the
// data source of its name, whose role may call it alone, and what it is declared to be called for: one mapping for each stream, with
// the filters that follow, and one rule of EventBridge, by a permission of its own, for each area and schedule. A URL, or another
// source of events, is of a type that nobody has looked at. One that is declared for triggers has no data source, stands with the
// user pool, and is called by that pool of this account, which its one permission says; the pool calls it, and no other. Nothing
// writes tokens. Its runtime, handler, limits and environment are held as all properties are. Of its code it is proven where it comes
// from, no more.
//
// Every property of every resource is held to something: a rule takes it in wholly, or it has one of
// a few values (the ids of what it refers to among them), or it is irrelevant for one of the reasons
// of Irrelevance. Any other property fails the proof by its name, and so does an attribute of a
// resource, or a section of a template, that nobody has looked at. Deletion policies, protection,
// life cycles and what empties buckets agree with each other: an environment keeps its data as a
// whole, or removes it.
//
// The fields of the schema are those of the API's table (access.Fields): who may call them is said by
// their directives as the table has it, subscriptions hear the mutations that it lists, the same
// fields have resolvers, with the same data sources in their order. Every type that an IAM caller can
// reach is open to IAM callers, and nothing else is; who may see a type may see all that is in it. The
// outputs file tells clients exactly what the policies allow.
//
// The outputs that clients read are ids and attributes of the resources that they are about, and what
// is deployed is what was read: the manifest publishes these templates and no other file's, runs
// nothing to make a file, and takes roles of the account itself. Nothing is filled in from outside of
// the templates but the secret of a provider to sign in with.
//
// A team's own resources (system.Outside) are of types that reach others by their policies and by what
// they name alone. They name nothing that is ours; what their policies allow is on what they own, or
// harms nobody; whom they let in is named. What is in them besides is not judged. A name that only a
// deployed account has, written into one of their properties as a text, is seen where it is an ARN of
// IAM, or where the property makes the resource a part of another one.
//
// # What is tried
//
// The resolvers run on the tables in memory, past the directives. Every field that clients call is
// called by every kind of caller (a guest, IAM with a signed-in role, an owner, another, a stranger, a
// member of each group and of none of ours, a user of another provider) about rows of every kind,
// their own and others'. Who may, gets it done, and nothing changes but the kinds of rows that the
// table lists; who may not, is refused, or sees no such row, changes nothing and is told nothing. All
// of it runs twice, with names, ids, claims, headers, addresses and groups of others that differ, and
// must come out the same. A resolver that looks at anything of its caller but a token's sub, user name
// and groups, or writes to a log, fails by name. A subscriber hears of rows that they could read. What
// is answered is what the schema says, and who leaves an argument out gets no further.
//
// Functions answer in the trials as if whatever they are asked for were there. What they are asked is looked at: one thing that
// they do, in its own words; pictures of an upload of the caller's own, in the area of the row that has them; files that the
// call's row had, and for removal no longer has. What a row had and no longer has, or what was made and no row has, is removed
// by a call that is done. A picture in an answer is a row's. Nobody who may not call reaches a function. They are answered for with errors,
// too, and with refusals.
//
// Those who may call are tried in odd ways besides: with other values of each argument by its type
// (none, null, too long, of nobody's row), and with tables that answer each request otherwise, as they
// do when somebody else writes in the same moment. Such a call must not break, change what is not its
// to change, show what is not for its caller, or tell anything by its error.
//
// A course of events tries versions, states, counts and pictures. Calls are counted as they happen: a
// resolver, or a function of a pipeline, of which a handler never ran is a violation that names it. Each
// branch of each handler is taken: a test measures it on an instrumented copy, and keeps the hashes of
// code and trials in branches.json. Other code, or other trials, are a violation. What no call can take
// is in a list of that test, with reasons.
//
// # What is not covered
//
//   - Whom a function of the user pool lets in: what it answers is reviewed, and tested. It can confirm people who sign up, and
//     say that their address is theirs.
//   - What a function does: whether its bundle is built of the sources beside it, decodes what it says it does, and removes
//     what it was asked to, is for tests of the functions; that it can do no more than its role lets it, is proven.
//   - A product that is made again of the same upload, when somebody has changed it since.
//   - How long a picture is in a cache of the CDN, or of a browser, after it is gone.
//   - A resolver that tells values apart without a branch, as by an expression of DynamoDB; and a branch
//     that goes wrong for some values only, of which the trials have others.
//   - That nobody can do less is proven of files, fields and what properties refer to, and tried of the
//     rows of fields; that a setting lets AWS do its part is not.
//   - That AWS does what its documentation says; that ids of identities and users have the form
//     that Cognito gives them (neither is a prefix of the other's); organisation policies, which can
//     only narrow; what the account's other stacks grant.
package proof
