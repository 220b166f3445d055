package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/deployed"
	"lightbox.example/lightbox/internal/person"
)

// somebody is whom a command is about, and where.
type somebody struct {
	at         place
	identities []string
}

func (s *somebody) flags(cmd *cobra.Command) {
	s.at.flags(cmd)
}

// identityFlag is for commands that look into files.
func (s *somebody) identityFlag(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&s.identities, "identity", nil, "the `id` of an identity that is theirs and that no row says; may be given again")
}

// A found is somebody who was found.
type found struct {
	cfg    config.Config
	at     aws.Config
	stores *person.Stores
	user   person.User
	who    person.Person
}

// find finds the user whom a name means in the environment.
func (s *somebody) find(ctx context.Context, user string) (found, error) {
	if err := person.Asked(user, s.identities); err != nil {
		return found{}, err
	}
	cfg, settings, err := s.at.open(ctx)
	if err != nil {
		return found{}, err
	}
	f := found{cfg: cfg, at: settings}
	if f.stores, err = deployed.Stores(ctx, settings, cfg.StackName); err != nil {
		return found{}, err
	}
	f.user, err = f.stores.Find(ctx, user)
	f.who = f.user.Person()
	f.who.Identities = s.identities
	return f, err
}

// printUser says who it is.
func printUser(stdout io.Writer, u person.User) {
	if !u.There() {
		fmt.Fprintf(stdout, "%s, who is not in the user pool\n", u.Sub)
		return
	}
	state := "enabled"
	if !u.Enabled {
		state = "disabled"
	}
	fmt.Fprintf(stdout, "%s, sub %s\n%s, %s, %s, since %s\n", u.Username, u.Sub, orNone(u.Email), u.Status, state, u.Created.UTC().Format("2006-01-02"))
}

func orNone(email string) string {
	if email == "" {
		return "no e-mail address"
	}
	return email
}

// printIdentities says which they have, and of each that only --identity says, so.
func printIdentities(stdout io.Writer, all []person.Identity) {
	for _, one := range all {
		made, noted := "not in the identity pool any more", ""
		if !one.Created.IsZero() {
			made = "made " + minute(one.Created)
		}
		if !one.Noted {
			noted = "; no row says whose it is: look whether it is theirs"
		}
		fmt.Fprintf(stdout, "identity %s, %s, with %d versions of files%s\n", one.ID, made, one.Versions, noted)
	}
}

// printErased says how much was erased of what there was, and who did the rest.
func printErased(stdout io.Writer, erased, there person.Counts) {
	rest := false
	for _, one := range erased {
		line := fmt.Sprintf("  %-36s %8d", named(one.Of), one.Items)
		if was := there.Items(one.Of); was > one.Items {
			rest, line = true, line+fmt.Sprintf(" of %d", was)
		}
		if one.Bytes > 0 {
			line += "  " + size(one.Bytes)
		}
		fmt.Fprintln(stdout, line)
	}
	if rest {
		fmt.Fprintln(stdout, "What is missing from these the function remover had erased before: the mark told it.")
	}
}

// printCounts says how much there is of each.
func printCounts(stdout io.Writer, counts person.Counts) {
	for _, one := range counts {
		bytes := ""
		if one.Bytes > 0 {
			bytes = "  " + size(one.Bytes)
		}
		fmt.Fprintf(stdout, "  %-36s %8d%s\n", named(one.Of), one.Items, bytes)
	}
}

// named is a store in words.
func named(of string) string {
	switch {
	case of == person.Days:
		return "days with uploads"
	case of == person.Products:
		return "products with an original of theirs"
	case of == person.Pairs:
		return "rows that say whose identities"
	case strings.HasSuffix(of, "/"):
		return "versions in " + strings.NewReplacer(access.UserToken, "SUB", access.IdentityToken, "IDENTITY").Replace(of)
	}
	return of
}

// size is a number of bytes as people read it.
func size(bytes int64) string {
	for _, unit := range []struct {
		name string
		of   int64
	}{{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}} {
		if bytes >= unit.of {
			return fmt.Sprintf("%.1f %s", float64(bytes)/float64(unit.of), unit.name)
		}
	}
	return fmt.Sprintf("%d B", bytes)
}
