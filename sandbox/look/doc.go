// Package look is what the console's pages Users, Files, Data, API and Functions show and do, as JSON.
//
// It asks the services as whoever holds the account does: over their own wire, signed, and from within the process. So what a page
// changes is checked, kept, logged and counted as if the AWS CLI had done it, and what it only reads is not in the log. What AWS has no operation
// for (a sign-in without a password, what policies would say) the services have methods for.
//
//	client.go      a signed request of one of AWS's services
//	page.go        a page: what it answers and what it does
//	users.go       user pools; ticket.go opens the front end as one of their users
//	files.go       buckets and objects; who.go who may do what with a key
//	data.go        tables and rows; edit.go changes a row only as it was read
//	api.go         GraphQL, as whom speaker.go says: a guest, a user, who has an API key
//	functions.go   functions, their invocations and log groups
package look
