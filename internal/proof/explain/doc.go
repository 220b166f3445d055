// Package explain answers one question about an assembly, yes or no, in plain words: by which statement or directive, or what of
// the closest ones does not fit, and whether that is as the access table and the schema mean it.
package explain
