// Package report shows who may do what by the templates of an assembly, as a Matrix: areas of files and fields of the API by
// callers. It is written as text, as Markdown (docs/ACCESS.md) and as a picture (docs/access.svg). It asks the policies, and
// judges nothing: that is package proof.
package report
