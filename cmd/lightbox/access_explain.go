package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/explain"
)

// denied is the exit code of `lightbox access explain` for a no.
const denied exit = 2

// explainFlags are the flags of `lightbox access explain`.
type explainFlags struct {
	assembly string
	question explain.Question
	key      string
}

func newExplain() *cobra.Command {
	var flags explainFlags
	cmd := &cobra.Command{
		Use:   "explain",
		Short: "Say whether somebody may do something, and why",
		Long: `explain asks the policies of an assembly one question. It answers yes or no in a
sentence, and names the statement that decides; where none does, those that come
closest and what of them does not fit.

Who asks (--as)
` + askers() + `
Whose file it is (--owner, --key)
  In an area with owners a file lies in its owner's folder. You need not know
  ids: --owner me is the caller's own folder, --owner other somebody else's, and
  the folder is put in after the area's name.

    --owner me    --key private/x            the key private/{me}/x
    --owner other --key private/x            the key private/{other}/x
    --owner me    --key private/{owner}/x    the same, written out
    --owner none  --key private/x            the key private/x and nothing else

  {owner} is the id that the area's folders are named by; {identity} and {user}
  are the two kinds of it, for keys anywhere. Areas without owners take the key
  as it is.

What (--action or --field)
  --action is one of S3's, as in s3:GetObject, or in short get, list, put,
  delete. For a listing --key is the prefix; without --key it is a listing of
  everything, or an action on the bucket. --field is a field of the schema, as
  in Query.getProduct.

Exit code: 0 allowed, 2 denied, 1 for a question that cannot be asked.`,
		Example: `  lightbox access explain --as guest --action get --key public/products/x.jpg
  lightbox access explain --as user --owner other --action get --key private/x
  lightbox access explain --as user --action s3:ListBucket --key protected/
  lightbox access explain --as admin --action put --key protected/{owner}/x
  lightbox access explain --as guest --field Query.getProduct
  lightbox access explain --as guest --action put --key drafts/x || echo denied`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("key") {
				flags.question.Key = &flags.key
			}
			return flags.run(cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&flags.assembly, "assembly", "cdk.out", "the `folder` that cdk synth wrote")
	cmd.Flags().StringVar(&flags.question.As, "as", "", "`who` asks: "+explain.AskerNames())
	cmd.Flags().StringVar(&flags.question.Owner, "owner", "me", "`whose` folder the key is in: me, other or none")
	cmd.Flags().StringVar(&flags.question.Action, "action", "", "the `action` on files, as in s3:GetObject or get")
	cmd.Flags().StringVar(&flags.key, "key", "", "the `key` of the file, or the prefix of a listing")
	cmd.Flags().StringVar(&flags.question.Field, "field", "", "the `field` of the API, as in Query.getProduct")
	return cmd
}

// askers are the lines of the help on --as.
func askers() string {
	var b strings.Builder
	for _, asker := range explain.Askers() {
		fmt.Fprintf(&b, "  %-8s %s\n", asker.As, asker.Who)
	}
	return b.String()
}

func (f explainFlags) run(stdout io.Writer) error {
	s, err := readAssembly(f.assembly)
	if err != nil {
		return err
	}
	explanation, err := explain.Access(s, f.question, access.Rules())
	if err != nil {
		return err
	}
	fmt.Fprint(stdout, explanation)
	if !explanation.Allowed {
		return denied
	}
	return nil
}
