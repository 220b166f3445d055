package attack

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A line is a connection that stays, over which the state is asked for.
type line struct {
	conn net.Conn
	in   *bufio.Reader
}

// over sends a request by a line that stays.
func (w *World) over(ctx context.Context, r *request) (answer, error) {
	w.seal(r)
	l := w.lines[r.plain]
	if l == nil {
		conn, err := w.dial(ctx, r.plain, r.get("Host"))
		if err != nil {
			return answer{}, err
		}
		l = &line{conn, bufio.NewReader(conn)}
		w.lines[r.plain] = l
	}
	_ = l.conn.SetDeadline(time.Now().Add(patience))
	_, _ = l.conn.Write(r.bytes())
	a, err := readAnswer(l.in, r.method)
	if err == nil && !a.allowed() {
		err = fmt.Errorf("%s %s: got %s %s", r.method, r.target, a, clipped(a.body))
	}
	if err != nil {
		_ = l.conn.Close()
		delete(w.lines, r.plain)
	}
	return a, err
}

func (w *World) close() {
	for _, l := range w.lines {
		_ = l.conn.Close()
	}
}

// listTables notes which tables there are.
func (w *World) listTables(ctx context.Context) error {
	var list struct{ TableNames []string }
	err := w.must(ctx, w.operation(w.root, "dynamodb", "ListTables", map[string]any{}), &list)
	w.tables = list.TableNames
	return err
}

// look is all that attackers could have changed: rows, files with their versions, uploads in parts, users and who is an admin.
func (w *World) look(ctx context.Context) (map[string]string, error) {
	asked := map[string]*request{
		"files":            w.object(w.root, http.MethodGet, "?versions=", nil),
		"uploads in parts": w.object(w.root, http.MethodGet, "?uploads=", nil),
		"users":            w.operation(w.root, "cognito-idp", "ListUsers", map[string]any{"UserPoolId": w.pool}),
		"admins":           w.operation(w.root, "cognito-idp", "ListUsersInGroup", map[string]any{"UserPoolId": w.pool, "GroupName": "Admins"}),
		"foreign users":    w.operation(w.root, "cognito-idp", "ListUsers", map[string]any{"UserPoolId": w.foreignPool}),
	}
	for _, table := range w.tables {
		asked["table "+table] = w.operation(w.root, "dynamodb", "Scan", map[string]any{"TableName": table})
	}
	state := map[string]string{}
	for name, r := range asked {
		a, err := w.over(ctx, r)
		if err != nil {
			return nil, fmt.Errorf("looking at %s: %w", name, err)
		}
		state[name] = string(a.body)
	}
	return state, nil
}

// changed compares what there is with what there was the last time, "" if all is the same.
func (w *World) changed(ctx context.Context) (string, error) {
	now, err := w.look(ctx)
	if err != nil {
		return "", err
	}
	var what []string
	for name, text := range now {
		if before := w.state[name]; w.state != nil && before != text {
			what = append(what, name+": "+difference(before, text))
		}
	}
	slices.Sort(what)
	w.state = now
	return strings.Join(what, "; "), nil
}

// difference is where two texts part.
func difference(before, now string) string {
	n := 0
	for n < len(before) && n < len(now) && before[n] == now[n] {
		n++
	}
	cut := func(text string) string { return text[max(0, n-40):min(len(text), n+80)] }
	return fmt.Sprintf("%q became %q", cut(before+" "), cut(now+" "))
}

// rest waits until nothing has changed for a while: functions hear of changes a moment later.
func (w *World) rest(ctx context.Context, quiet time.Duration) error {
	for since := time.Now(); time.Since(since) < quiet; time.Sleep(50 * time.Millisecond) {
		what, err := w.changed(ctx)
		if err != nil {
			return err
		}
		if what != "" {
			since = time.Now()
		}
	}
	return nil
}
