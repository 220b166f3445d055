// Package bucket is what resolvers ask of functions about the bucket of files: its areas, the shapes of its keys, and the events
// that the functions pictures and remover take. Package ingest writes there, and package removal removes; the proof holds what
// resolvers ask against it.
package bucket
