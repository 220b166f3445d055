// Package diff compares two assemblies: what changes in who may do what. All that the policies and directives of either tell
// apart is asked of both (package question), and what the proof holds to be so is compared by the violations of it. Whatever else
// differs in the templates is listed as not compared.
package diff
