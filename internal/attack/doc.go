// Package attack tries what somebody could do to a running backend from outside, over the wire: wrong signatures, presigned links, paths,
// rights, tokens, sign-ins, second factors, uploads, GraphQL, WebSockets, subscriptions, pages of other sites, names that point here, what
// pages show of others, small requests that cost much, what is too old, and requests that two readers of HTTP would read as two things.
//
// Each attack stands beside a control: the same request unharmed, which must be allowed. An attack whose control fails proves nothing, and
// counts as a failure. An attack is refused when the answer is the one that its row wants, when nothing of what is somebody else's was in
// it, and when rows, files and users are afterwards what they were before.
//
// Requests are written to the connection as they are, byte by byte: a library would set right much of what is tried here. Signatures are
// made here too, so that each part of one can be wrong alone.
//
// What is attacked is the five stacks of this module in the sandbox. Run makes people of its own there, files, a photo and a draft, and a
// stack with a second user pool, and lets the sandbox's clock go on by a day at the end: it wants a sandbox that nobody else needs.
package attack
