package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox"
)

func newSandboxAdmin() *cobra.Command {
	var at whereabouts
	var env, group string
	cmd := &cobra.Command{
		Use:   "admin USER",
		Short: "Put a user of the sandbox into the group Admins, or another",
		Long: `admin makes a user of a running sandbox an administrator of the product
catalogue, as "make admin" does on AWS. It counts from the next sign-in.`,
		Example: `  lightbox sandbox admin alice`,
		Args:    wants("USER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			address, overview, err := at.find(cmd)
			if err != nil {
				return err
			}
			stack, pool, err := userPool(overview, env)
			if err != nil {
				return fmt.Errorf("%s: %w with the environment of `lightbox sandbox env --http %s`", address, err, address)
			}
			body := map[string]string{"UserPoolId": pool, "Username": args[0], "GroupName": group}
			err = callCognito(cmd.Context(), address, overview, "AdminAddUserToGroup", body)
			if err != nil && strings.Contains(err.Error(), "UserNotFoundException") {
				return fmt.Errorf("%s: got no such user in %s, want the name of somebody who signed up", args[0], stack)
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is in %s; it counts from the next sign-in\n", args[0], group)
			return err
		},
	}
	at.flags(cmd)
	cmd.Flags().StringVar(&group, "group", string(access.Admins), "the `name` of the group")
	cmd.Flags().StringVar(&env, "env", "dev", "the `environment` whose user it is")
	return cmd
}

// userPool finds the one of an environment, of whichever application is deployed.
func userPool(overview sandbox.Overview, env string) (stack, pool string, err error) {
	var found []string
	for _, s := range overview.Stacks {
		if app, rest, _ := strings.Cut(s.Name, "-"); rest == env+"-Auth" && s.Outputs["UserPoolId"] != "" {
			stack, pool = s.Name, s.Outputs["UserPoolId"]
			found = append(found, app)
		}
	}
	switch len(found) {
	case 1:
		return stack, pool, nil
	case 0:
		return "", "", fmt.Errorf("got no user pool of the environment %s in the sandbox, want it deployed: `npx cdk deploy --all -c env=%s`", env, env)
	}
	return "", "", fmt.Errorf("got the applications %s, each with an environment %s, want one: destroy the others by `npx cdk destroy --all -c app=NAME -c env=%s`, NAME in lower case,", strings.Join(found, " and "), env, env)
}

// fetchOverview asks a running sandbox what is in it.
func fetchOverview(address string) (overview sandbox.Overview, err error) {
	response, err := asking.Get("http://" + address + "/_lightbox/")
	if err != nil {
		return overview, noAnswer(address, err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		return overview, fmt.Errorf("http://%s: got %s, want the sandbox's answer", address, response.Status)
	}
	return overview, json.NewDecoder(response.Body).Decode(&overview)
}

// noAnswer says why a sandbox gave none.
func noAnswer(address string, err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		err = of.Err // without the address, which is said already
	}
	return fmt.Errorf("http://%s: got no answer (%w), want a sandbox that runs there: `lightbox sandbox --http %s` starts one", address, err, address)
}

// callCognito runs an operation of the user pools with the developer's key.
func callCognito(ctx context.Context, address string, of sandbox.Overview, operation string, input any) (err error) {
	body, err := json.Marshal(input)
	if err != nil {
		return err
	}
	now, err := time.Parse(time.RFC3339, of.Now) // its clock may have been moved
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	sum := sha256.Sum256(body)
	key := aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
	if err := v4.NewSigner().SignHTTP(ctx, key, request, hex.EncodeToString(sum[:]), "cognito-idp", of.Region, now); err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode == http.StatusOK {
		return nil
	}
	text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
	return fmt.Errorf("%s: got %s %s", operation, response.Status, strings.TrimSpace(string(text)))
}
