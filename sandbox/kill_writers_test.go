package sandbox_test

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
)

// killTable is a table of the kill test's own: rows by who wrote them and a number, and at 0 how many there are.
const killTable = "Kills"

// A state is what the tables hold after a restart.
type state struct {
	ledgers map[string]map[int]row // by writer and number
	photos  map[string]row         // by photoId and row, with a blank between
}

// state reads it.
func (b *backend) state() (state, error) {
	s := state{ledgers: map[string]map[int]row{}}
	rows, err := b.rows(killTable)
	if err != nil {
		return s, err
	}
	for _, r := range rows {
		if s.ledgers[r.text("writer")] == nil {
			s.ledgers[r.text("writer")] = map[int]row{}
		}
		s.ledgers[r.text("writer")][r.number("n")] = r
	}
	s.photos, err = b.photoRows()
	return s, err
}

// photoRows are the rows of photos and of what belongs to them.
func (b *backend) photoRows() (map[string]row, error) {
	table, err := b.table("Photos")
	if err != nil {
		return nil, err
	}
	rows, err := b.rows(table)
	photos := map[string]row{}
	for _, r := range rows {
		photos[r.text("photoId")+" "+r.text("row")] = r
	}
	return photos, err
}

// A ledger writes numbered rows to DynamoDB.
type ledger struct {
	kind  string
	put   func(b *backend, ledger string, n int) error
	whole bool // whether it counts its rows in the transaction that writes them

	n    int   // of the last row that was tried
	rows []int // that were acknowledged
}

func (l *ledger) name() string        { return l.kind }
func (l *ledger) transactional() bool { return l.whole }
func (l *ledger) acknowledged() int   { return len(l.rows) }

func (l *ledger) write(b *backend) error {
	l.n++
	err := l.put(b, l.kind, l.n)
	if err == nil {
		l.rows = append(l.rows, l.n)
	}
	return err
}

// key is that of a row.
func key(ledger string, n int) map[string]any {
	return map[string]any{"writer": map[string]string{"S": ledger}, "n": map[string]string{"N": strconv.Itoa(n)}}
}

// filled is a row with its text.
func filled(ledger string, n int) map[string]any {
	item := key(ledger, n)
	item["text"] = map[string]string{"S": textOf(ledger, n)}
	return item
}

func textOf(ledger string, n int) string { return string(content(ledger, n%700+1)) }

func putItem(b *backend, ledger string, n int) error {
	return b.call(root, "dynamodb", "PutItem", map[string]any{"TableName": killTable, "Item": filled(ledger, n)}, nil)
}

func updateItem(b *backend, ledger string, n int) error {
	return b.call(root, "dynamodb", "UpdateItem", map[string]any{
		"TableName": killTable, "Key": key(ledger, n), "UpdateExpression": "SET #t = :t",
		"ExpressionAttributeNames":  map[string]string{"#t": "text"},
		"ExpressionAttributeValues": map[string]any{":t": map[string]string{"S": textOf(ledger, n)}},
	}, nil)
}

// transactItems writes a row here, one in another ledger, and counts both.
func transactItems(b *backend, ledger string, n int) error {
	return b.call(root, "dynamodb", "TransactWriteItems", map[string]any{"TransactItems": []map[string]any{
		{"Put": map[string]any{"TableName": killTable, "Item": filled(ledger, n), "ConditionExpression": "attribute_not_exists(n)"}},
		{"Put": map[string]any{"TableName": killTable, "Item": filled(ledger+" too", n)}},
		{"Update": map[string]any{
			"TableName": killTable, "Key": key(ledger, 0), "UpdateExpression": "ADD #r :one",
			"ExpressionAttributeNames":  map[string]string{"#r": "rows"},
			"ExpressionAttributeValues": map[string]any{":one": map[string]string{"N": "1"}},
		}},
	}}, nil)
}

func (l *ledger) check(_ *backend, s state) error {
	var faults []error
	there := s.ledgers[l.kind]
	for _, n := range l.rows {
		if got := there[n].text("text"); got != textOf(l.kind, n) {
			faults = append(faults, fmt.Errorf("row %d was acknowledged, and is %q", n, got))
		}
	}
	for n, r := range there { // those that were not acknowledged too
		if n > 0 && r.text("text") != textOf(l.kind, n) {
			faults = append(faults, fmt.Errorf("row %d is %v", n, r))
		}
	}
	if l.whole {
		if rows, other, count := len(there)-1, len(s.ledgers[l.kind+" too"]), there[0].number("rows"); len(l.rows) > 0 && (rows != count || other != count) {
			faults = append(faults, fmt.Errorf("got %d rows here, %d there and a count of %d, want the same", rows, other, count))
		}
	}
	return errors.Join(faults...)
}

func (l *ledger) recheck(b *backend, s state) error { return l.check(b, s) }

// uploads writes objects to S3.
type uploads struct {
	kind string
	by   person
	put  func(b *backend, by sdk.Credentials, key string, body []byte) error

	n, checked int
	there      []int // that were acknowledged
}

func (u *uploads) name() string      { return u.kind }
func (*uploads) transactional() bool { return false }
func (u *uploads) acknowledged() int { return len(u.there) }

// object is the key and the body of a number. Every fourth is written twice.
func (u *uploads) object(n int) (key string, body []byte) {
	key = fmt.Sprintf("protected/%s/%s/%d.bin", u.by.identity, strings.ReplaceAll(u.kind, " ", "-"), n)
	return key, content(key, n*7919%50_000+1)
}

func (u *uploads) write(b *backend) error {
	u.n++
	key, body := u.object(u.n)
	err := u.put(b, u.by.keys, key, body)
	if err == nil {
		u.there = append(u.there, u.n)
	}
	return err
}

func putObject(b *backend, by sdk.Credentials, key string, body []byte) error {
	a, err := b.files(by, http.MethodPut, key, body)
	return ok(a, err)
}

func ok(a answer, err error) error {
	if err == nil && a.status != http.StatusOK {
		err = fmt.Errorf("got %d %.300s", a.status, a.body)
	}
	return err
}

// multipart uploads in parts: one, because all but the last must have 5 MB.
func multipart(b *backend, by sdk.Credentials, key string, body []byte) error {
	created, err := b.files(by, http.MethodPost, key+"?uploads=", nil)
	if err := ok(created, err); err != nil {
		return err
	}
	_, rest, _ := strings.Cut(created.body, "<UploadId>")
	id, _, _ := strings.Cut(rest, "</UploadId>")
	part, err := b.files(by, http.MethodPut, key+"?partNumber=1&uploadId="+id, body)
	if err := ok(part, err); err != nil {
		return err
	}
	a, err := b.files(by, http.MethodPost, key+"?uploadId="+id, fmt.Appendf(nil,
		`<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part></CompleteMultipartUpload>`, part.header.Get("ETag")))
	if err == nil && !strings.Contains(a.body, "CompleteMultipartUploadResult") {
		err = fmt.Errorf("got %d %.300s", a.status, a.body)
	}
	return err
}

func (u *uploads) check(b *backend, _ state) error {
	from := u.checked
	u.checked = len(u.there)
	faults := u.wants(b, u.there[from:])
	if len(u.there) == 0 || u.there[len(u.there)-1] != u.n { // the last one was not acknowledged: it is whole, or not there
		key, body := u.object(u.n)
		a, err := b.files(u.by.keys, http.MethodGet, key, nil)
		if err == nil && a.status != http.StatusNotFound && a.status != http.StatusForbidden {
			faults = append(faults, wants(a, nil, body))
		}
	}
	return errors.Join(faults...)
}

func (u *uploads) recheck(b *backend, _ state) error { return errors.Join(u.wants(b, u.there)...) }

// wants reads the objects with the numbers.
func (u *uploads) wants(b *backend, numbers []int) (faults []error) {
	for _, n := range numbers {
		key, body := u.object(n)
		a, err := b.files(u.by.keys, http.MethodGet, key, nil)
		if err := wants(a, err, body); err != nil {
			faults = append(faults, fmt.Errorf("%s was acknowledged: %w", key, err))
			continue
		}
		sum := md5.Sum(body)
		tag := hex.EncodeToString(sum[:])
		if strings.Contains(u.kind, "Multipart") {
			sum = md5.Sum(sum[:])
			tag = hex.EncodeToString(sum[:]) + "-1"
		}
		if got := a.header.Get("ETag"); got != `"`+tag+`"` {
			faults = append(faults, fmt.Errorf("%s: got the ETag %s, want %q", key, got, tag))
		}
	}
	return faults
}

// signUps signs people up.
type signUps struct {
	client, pool string

	n, checked int
	there      []string // that were acknowledged
}

func (*signUps) name() string        { return "Cognito SignUp" }
func (*signUps) transactional() bool { return false }
func (s *signUps) acknowledged() int { return len(s.there) }

func (s *signUps) write(b *backend) error {
	s.n++
	name := fmt.Sprintf("somebody%d", s.n)
	err := b.call(sdk.Credentials{}, "cognito-idp", "SignUp", map[string]any{
		"ClientId": s.client, "Username": name, "Password": "Correct-Horse-1",
		"UserAttributes": []map[string]string{{"Name": "email", "Value": name + "@example.com"}},
	}, nil)
	if err == nil {
		s.there = append(s.there, name)
	}
	return err
}

func (s *signUps) check(b *backend, _ state) error {
	from := s.checked
	s.checked = len(s.there)
	return s.wants(b, s.there[from:])
}

func (s *signUps) recheck(b *backend, _ state) error { return s.wants(b, s.there) }

func (s *signUps) wants(b *backend, names []string) error {
	var faults []error
	for _, name := range names {
		var user struct {
			UserStatus     string
			UserAttributes []struct{ Name, Value string }
		}
		err := b.call(root, "cognito-idp", "AdminGetUser", map[string]any{"UserPoolId": s.pool, "Username": name}, &user)
		if err == nil && (user.UserStatus != "UNCONFIRMED" || !strings.Contains(fmt.Sprint(user.UserAttributes), name+"@example.com")) {
			err = fmt.Errorf("got %+v", user)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s was acknowledged: %w", name, err))
		}
	}
	return errors.Join(faults...)
}
