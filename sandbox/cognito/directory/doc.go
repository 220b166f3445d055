// Package directory is what user pools keep: pools, app clients, groups and users with the addresses that they sign in with, as
// records of the store that are found, changed and deleted in transactions.
//
// It lends its transactions to the packages above, for what leaves the store by itself: sign-ins, refresh tokens, codes,
// attempts and seals. The names of all spaces are here, since what belongs to a pool or a user is deleted with them.
package directory
