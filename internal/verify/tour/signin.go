package tour

import (
	"context"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"lightbox.example/lightbox/sandbox/cognito/srp"
	"lightbox.example/lightbox/sandbox/cognito/totp"
)

// tokens are what a sign-in gives.
type tokens struct{ access, id, refresh string }

// signIn signs a user in by SRP, the one way that the web client allows, and sets up a second factor where the pool wants one.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
func (p *place) signIn(ctx context.Context, user, password string) (tokens, error) {
	users, side := p.users(), srp.NewClient()
	asked, err := users.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserSrpAuth, ClientId: &p.client,
		AuthParameters: map[string]string{"USERNAME": user, "SRP_A": side.A.Text(16)},
	})
	if err != nil {
		return tokens{}, err
	}
	if asked.ChallengeName != types.ChallengeNameTypePasswordVerifier {
		return tokens{}, fmt.Errorf("signing in: got the challenge %s, want PASSWORD_VERIFIER", asked.ChallengeName)
	}
	responses, err := p.proof(side, asked.ChallengeParameters, password)
	if err != nil {
		return tokens{}, err
	}
	answered, err := users.RespondToAuthChallenge(ctx, &cognitoidentityprovider.RespondToAuthChallengeInput{
		ChallengeName: asked.ChallengeName, ClientId: &p.client, Session: asked.Session, ChallengeResponses: responses,
	})
	if err == nil && answered.ChallengeName == types.ChallengeNameTypeMfaSetup {
		answered, err = p.setUpFactor(ctx, responses["USERNAME"], answered.Session)
	}
	if err != nil {
		return tokens{}, err
	}
	if answered.AuthenticationResult == nil {
		return tokens{}, &challenged{answered.ChallengeName}
	}
	got := answered.AuthenticationResult
	return tokens{aws.ToString(got.AccessToken), aws.ToString(got.IdToken), aws.ToString(got.RefreshToken)}, nil
}

// challenged is a sign-in that wants something more.
type challenged struct{ by types.ChallengeNameType }

func (c *challenged) Error() string {
	return fmt.Sprintf("signing in: got the challenge %s, want tokens", c.by)
}

// proof shows that we know the password, without saying it. The time is written as Amplify's client does.
func (p *place) proof(side srp.Client, challenge map[string]string, password string) (map[string]string, error) {
	salt, ok := new(big.Int).SetString(challenge["SALT"], 16)
	serverB, also := new(big.Int).SetString(challenge["SRP_B"], 16)
	if !ok || !also {
		return nil, fmt.Errorf("signing in: got SALT %q and SRP_B %.20q, want hexadecimal numbers", challenge["SALT"], challenge["SRP_B"])
	}
	name := challenge["USER_ID_FOR_SRP"]
	key, err := side.Key(p.stores.UserPool, name, password, salt, serverB)
	if err != nil {
		return nil, err
	}
	block, err := base64.StdEncoding.DecodeString(challenge["SECRET_BLOCK"])
	if err != nil {
		return nil, fmt.Errorf("SECRET_BLOCK: %w", err)
	}
	stamp := time.Now().UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
	return map[string]string{
		"USERNAME": name, "TIMESTAMP": stamp, "PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(srp.Claim(key, p.stores.UserPool, name, block, stamp)),
	}, nil
}

// setUpFactor sets up an authenticator app that is forgotten again, and goes on.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html
func (p *place) setUpFactor(ctx context.Context, user string, session *string) (*cognitoidentityprovider.RespondToAuthChallengeOutput, error) {
	users := p.users()
	begun, err := users.AssociateSoftwareToken(ctx, &cognitoidentityprovider.AssociateSoftwareTokenInput{Session: session})
	if err != nil {
		return nil, err
	}
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(aws.ToString(begun.SecretCode), "="))
	if err != nil {
		return nil, fmt.Errorf("the secret of the second factor: %w", err)
	}
	code := totp.Code(secret, time.Now().Unix()/int64(totp.Step/time.Second))
	verified, err := users.VerifySoftwareToken(ctx, &cognitoidentityprovider.VerifySoftwareTokenInput{Session: begun.Session, UserCode: &code})
	if err != nil {
		return nil, err
	}
	return users.RespondToAuthChallenge(ctx, &cognitoidentityprovider.RespondToAuthChallengeInput{
		ChallengeName: types.ChallengeNameTypeMfaSetup, ClientId: &p.client, Session: verified.Session, ChallengeResponses: map[string]string{"USERNAME": user},
	})
}
