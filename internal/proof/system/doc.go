// Package system reads what the synthesized templates define as far as access goes: the roles of people and services with
// their policies, the buckets, the user pool and the identity pool, the CDN, the API with its resolvers and tables. It judges
// nothing, and knows neither the access table nor who asks.
//
// Functions of CloudFormation are resolved with made-up physical ids (sandbox/assembly), and every policy is compiled
// (sandbox/iam). Where each part is defined is at hand as an At, for whoever has to name it.
package system
