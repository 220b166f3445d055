package look

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"sync"
	"time"
)

// OpenPath is where the front end's address takes tickets.
const OpenPath = "/_lightbox/open"

// ticketLife is how long a ticket is good, by the machine's clock: the time in which a browser follows a link that it was just given.
const ticketLife = 30 * time.Second

// tickets are those that were given out and not used. A ticket is good once.
type tickets struct {
	mu  sync.Mutex
	all map[string]ticket
}

type ticket struct {
	pool, client, user string
	until              time.Time
}

func (t *tickets) give(to ticket) (id string) {
	id = rand.Text()
	now := time.Now()
	to.until = now.Add(ticketLife)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all == nil {
		t.all = map[string]ticket{}
	}
	for old, x := range t.all {
		if now.After(x.until) {
			delete(t.all, old)
		}
	}
	t.all[id] = to
	return id
}

func (t *tickets) take(id string) (ticket, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	x, found := t.all[id]
	delete(t.all, id)
	return x, found && time.Now().Before(x.until)
}

// openAs gives a ticket, with which a browser opens the front end as a user. That they may sign in is found out here, where somebody reads why
// not.
func (l *Looker) openAs(ctx context.Context, c UserChange) (any, error) {
	if l.Web() == "" {
		return nil, &Fault{http.StatusConflict, errors.New("open: got a sandbox that serves no pages, want one with --web")}
	}
	client, err := l.client(ctx, c.Pool, c.Client)
	if err != nil {
		return nil, err
	}
	_, leave, err := l.signIn(ctx, c.Pool, client, c.User)
	if err != nil {
		return nil, err
	}
	leave()
	return struct {
		URL string `json:"url"`
	}{"http://" + l.Web() + OpenPath + "?ticket=" + l.tickets.give(ticket{pool: c.Pool, client: client, user: c.User})}, nil
}

// client is the client of a pool that is named, or its first.
func (l *Looker) client(ctx context.Context, pool, named string) (string, error) {
	pools, err := l.userPools(ctx)
	if err != nil {
		return "", err
	}
	for _, p := range pools {
		if p.ID == pool && named == "" && len(p.Clients) > 0 {
			return p.Clients[0], nil
		}
	}
	if named == "" {
		return "", badly("pool: got %q, want a user pool with a client", pool)
	}
	return named, nil
}

// opened takes a session of Amplify's into the browser, in the place of any other, and shows the front end.
//
// https://docs.amplify.aws/javascript/build-a-backend/auth/concepts/tokens-and-credentials/
var opened = template.Must(template.New("open").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Signing in</title>
<p>Signing in …</p>
<script nonce="{{.Nonce}}">
const session = {{.Session}};
for (const key of Object.keys(localStorage)) {
  if (key.startsWith('CognitoIdentityServiceProvider.') || key.startsWith('com.amplify.Cognito.')) localStorage.removeItem(key);
}
for (const [key, value] of Object.entries(session)) localStorage.setItem(key, value);
location.replace('/');
</script>
</html>
`))

// Open answers who comes to the front end's address with a ticket. It belongs behind the wall, at OpenPath.
func (l *Looker) Open() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		nonce := base64.StdEncoding.EncodeToString([]byte(rand.Text()))
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if r.Method != http.MethodGet {
			h.Set("Allow", "GET")
			http.Error(w, "got another method, want GET", http.StatusMethodNotAllowed)
			return
		}
		t, ok := l.tickets.take(r.URL.Query().Get("ticket"))
		if !ok {
			http.Error(w, "ticket: got one that was used, is older than "+ticketLife.String()+" or was never given, want a new one: open the pages again from Users", http.StatusForbidden)
			return
		}
		session, err := l.session(r.Context(), t)
		if err != nil {
			http.Error(w, err.Error(), StatusOf(err))
			return
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		_ = opened.Execute(w, struct {
			Nonce   string
			Session map[string]string
		}{nonce, session}) // half a page is a browser that went away
	})
}

// session is what Amplify's client keeps of a sign-in, by its keys.
func (l *Looker) session(ctx context.Context, t ticket) (map[string]string, error) {
	tokens, err := l.Users.SignIn(ctx, t.pool, t.client, t.user)
	if err != nil {
		return nil, told(err)
	}
	details, err := json.Marshal(map[string]string{"loginId": t.user, "authFlowType": "USER_SRP_AUTH"})
	if err != nil {
		return nil, err
	}
	prefix := "CognitoIdentityServiceProvider." + t.client + "."
	of := prefix + t.user + "."
	return map[string]string{
		prefix + "LastAuthUser": t.user, of + "accessToken": tokens.AccessToken, of + "idToken": tokens.IDToken,
		of + "refreshToken": tokens.RefreshToken, of + "clockDrift": "0", of + "signInDetails": string(details),
	}, nil
}
