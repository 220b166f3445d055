// Package realtime is AppSync's real-time endpoint: subscriptions to the events of mutations over WebSockets, in AppSync's
// dialect of graphql-ws.
//
// A client opens wss://ID.appsync-realtime-api.REGION.amazonaws.com/graphql with the subprotocol graphql-ws. Its
// authorization, a JSON object of headers, comes in base64, as one more subprotocol (header-BASE64URL) or in the query string
// (header and payload, which is {}). Then
//
//	client                                    server
//	connection_init                           connection_ack {connectionTimeoutMs}, ka; or at once connection_error
//	start {id, payload: {data, extensions:
//	      {authorization}}}                   start_ack {id}, or error {id, payload: {errors}}
//	                                          data {id, payload: {data, errors}}
//	stop {id}                                 complete {id}
//	                                          ka, each minute
//
// Each start is authorized by its own headers: clients share one connection between their ways of signing in. When the
// credentials end with which a client subscribed, so does the subscription, with an error UnauthorizedException; Amplify then
// connects anew with fresh ones.
//
// A publisher never waits for a client. What a client has not read yet is queued up to a limit, and a client that stays
// behind it is cut off, as is one that does not take a message for ten seconds or so.
//
// An event is read once, and what it is for all who asked for the same with the same rights is made once, as a payload that their
// queues share: each message has the id of its subscription in front of it. Whom it is for is asked for each subscription.
//
// # What is not imitated
//
// AppSync's limits on the rate of requests, and the end of a connection after 24 hours.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
package realtime
