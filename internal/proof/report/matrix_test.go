package report

import (
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
)

var update = flag.Bool("update", false, "write docs/ACCESS.md and docs/access.svg anew")

func matrixOf(t *testing.T, s *system.System) Matrix {
	t.Helper()
	matrix, err := NewMatrix(s, access.Rules())
	if err != nil {
		t.Fatal(err)
	}
	return matrix
}

// areaRow is a row by its area.
func areaRow(t *testing.T, m Matrix, area string) AreaRow {
	t.Helper()
	at := slices.IndexFunc(m.Areas, func(row AreaRow) bool { return row.Area == area })
	if at < 0 {
		t.Fatalf("got no row for %s", area)
	}
	return m.Areas[at]
}

// words is what a set of verbs looks like in a cell.
func words(verbs access.Verbs) Cell {
	if verbs == 0 {
		return Cell{}
	}
	return strings.Fields(verbs.String())
}

// cells and admins are the columns of the group that ships.
func cells(cell Cell) map[access.Principal]Cell {
	return map[access.Principal]Cell{access.Admins: cell}
}
func admins(may bool) map[access.Principal]bool { return map[access.Principal]bool{access.Admins: may} }

func TestMatrix_ofWhatShipsIsTheAccessTable(t *testing.T) {
	for _, env := range prooftest.Environments {
		matrix := matrixOf(t, prooftest.Shipped(t, env))
		var want []AreaRow
		for _, rule := range access.Rules() {
			row := AreaRow{Area: rule.Area, CDN: words(rule.CDN), Guest: words(rule.Guest), SignedIn: words(rule.SignedIn), Groups: cells(words(rule.In(access.Admins)))}
			if strings.Contains(rule.Area, "{") {
				row.Owner = words(rule.Owner | rule.SignedIn)
			}
			row.Functions, row.Days = map[access.Principal]Cell{}, rule.Days
			for _, function := range access.Functions() {
				if !function.IsTrigger() {
					row.Functions[function.Name] = words(rule.Functions[function.Name])
				}
			}
			want = append(want, row)
		}
		if diff := cmp.Diff(want, matrix.Areas); diff != "" {
			t.Errorf("%s (-table +policies):\n%s", env, diff)
		}
		if len(matrix.Exceptions) > 0 {
			t.Errorf("%s: got the exceptions %q, want none", env, matrix.Exceptions)
		}
	}
}

func TestMatrix_asksThePoliciesAndNotTheTable(t *testing.T) {
	const guests = "FileStorage/GuestAccess/Resource"
	for name, test := range map[string]struct {
		edit func(testing.TB) string
		area string
		want Cell
		// exception is the beginning of the one exception, "" for none.
		exception string
	}{
		"control: a statement that is there already": {prooftest.Granting(guests, prooftest.Allow("s3:GetObject", "public/products/*")), "protected/{identity}/", Cell{}, ""},
		"a whole area":               {prooftest.Granting(guests, prooftest.Allow("s3:GetObject", "protected/*")), "protected/{identity}/", Cell{"get"}, ""},
		"listings of an area":        {prooftest.Granting(guests, prooftest.Listing("protected/*")), "protected/{identity}/", Cell{"list"}, ""},
		"a part of an area":          {prooftest.Granting(guests, prooftest.Allow("s3:GetObject", "drafts/a*")), "drafts/", Cell{"partly get"}, "guests may get only in a part of drafts/: for example get drafts/a, and not get drafts/"},
		"their own folder":           {prooftest.Granting(guests, prooftest.Allow("s3:GetObject", "private/${cognito-identity.amazonaws.com:sub}/*")), "private/{identity}/", Cell{"partly get"}, "guests may get only in a part of private/{identity}/: for example get private/{me}/, and not get private/"},
		"one action of three":        {prooftest.Granting(guests, prooftest.Allow("s3:PutObject", "drafts/*")), "drafts/", Cell{"partly put"}, "guests may put only in a part of drafts/: for example put drafts/, and not s3:abortmultipartupload drafts/"},
		"another action":             {prooftest.Granting(guests, prooftest.Allow("s3:GetObjectVersion", "drafts/*")), "drafts/", Cell{}, "a guest may s3:GetObjectVersion drafts/ (statement 3 of FileStorage/GuestAccess)"},
		"keys outside of every area": {prooftest.Granting(guests, prooftest.Allow("s3:GetObject", "else/*")), "drafts/", Cell{}, "a guest may get else/ (statement 3 of FileStorage/GuestAccess)"},
		"a listing of everything":    {prooftest.Granting(guests, prooftest.Allow("s3:ListBucket", "")), "drafts/", Cell{"list"}, "a guest may list the bucket (statement 3 of FileStorage/GuestAccess)"},
	} {
		t.Run(name, func(t *testing.T) {
			matrix := matrixOf(t, prooftest.Read(t, test.edit(t)))
			if diff := cmp.Diff(test.want, areaRow(t, matrix, test.area).Guest); diff != "" {
				t.Errorf("guests in %s (-want +got):\n%s", test.area, diff)
			}
			got := strings.Join(matrix.Exceptions, "\n")
			if test.exception == "" && got != "" || !strings.HasPrefix(got, test.exception) {
				t.Errorf("exceptions: got %q, want %q", got, test.exception)
			}
		})
	}
}

// A function's cell says what its role may do, and what that is besides files is told apart.
func TestMatrix_readsFunctionsOffTheirRoles(t *testing.T) {
	for name, test := range map[string]struct {
		statement map[string]any
		area      string
		want      Cell
		exception string
	}{
		"control: what it may do already": {prooftest.Allow("s3:GetObject", "uploads/*"), "private/{identity}/", Cell{}, ""},
		"an area more":                    {prooftest.Allow("s3:GetObject", "private/*"), "private/{identity}/", Cell{"get"}, ""},
		"versions":                        {prooftest.Allow("s3:DeleteObjectVersion", "drafts/*"), "drafts/", Cell{"get", "put", "erase"}, ""},
		"a part":                          {prooftest.Allow("s3:GetObject", "private/x*"), "private/{identity}/", Cell{"partly get"}, "the function pictures may get only in a part of private/{identity}/"},
		"another service":                 {prooftest.Elsewhere("dynamodb:Scan", "*"), "private/{identity}/", Cell{}, "the function pictures may dynamodb:Scan"},
		"a field":                         {prooftest.Elsewhere("appsync:GraphQL", "*"), "private/{identity}/", Cell{}, "the function pictures may appsync:GraphQL"},
	} {
		t.Run(name, func(t *testing.T) {
			matrix := matrixOf(t, prooftest.Read(t, prooftest.Granting("API/PicturesAccess/Resource", test.statement)(t)))
			if diff := cmp.Diff(test.want, areaRow(t, matrix, test.area).Functions[access.Pictures]); diff != "" {
				t.Errorf("pictures in %s (-want +got):\n%s", test.area, diff)
			}
			got := strings.Join(matrix.Exceptions, "\n")
			if test.exception == "" && got != "" || !strings.Contains(got, test.exception) {
				t.Errorf("exceptions: got %q, want %q", got, test.exception)
			}
		})
	}
}

func TestMatrix_namesOtherCallersAndWeakTransport(t *testing.T) {
	const policy = "FileStorage/Files/Policy/Resource"
	everyone := prooftest.Allow("s3:GetObject", "public/products/*")
	everyone["Principal"] = "*"
	got := strings.Join(matrixOf(t, prooftest.Read(t, prooftest.Granting(policy, everyone)(t))).Exceptions, "\n")
	if want := "anyone on the internet may get public/products/ (statement"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q…", got, want)
	}

	open := prooftest.Edited(t, "FileStorage", policy, func(properties map[string]any) {
		document := properties["PolicyDocument"].(map[string]any)
		document["Statement"] = document["Statement"].([]any)[1:] // the first refuses plain HTTP
	})
	got = strings.Join(matrixOf(t, prooftest.Read(t, open)).Exceptions, "\n")
	if want := "a guest may get public/photos/ over plain HTTP (statement 2 (GetPublicPhotos) of FileStorage/GuestAccess)"; !strings.Contains(got, want) {
		t.Errorf("got %q, want %q among it", got, want)
	}
}

func TestMatrix_readsFieldsOffDirectivesAndGrants(t *testing.T) {
	const signature = "getPhoto(id: ID!): Photo @aws_cognito_user_pools"
	for name, test := range map[string]struct {
		edit  func(testing.TB) string
		field string
		want  FieldRow
	}{
		"control": {prooftest.SchemaWith("type Query {", "type Query  {"), "Query.getPhoto", FieldRow{SignedIn: true, Groups: admins(true)}},
		"a directive without a grant lets no guest in": {
			prooftest.SchemaWith(signature, strings.Replace(signature, "@aws", "@aws_iam @aws", 1)), "Query.getPhoto", FieldRow{SignedIn: true, Groups: admins(true)}},
		"a grant without a directive lets no guest in": {prooftest.SchemaWith("): ProductConnection! @aws_iam", "): ProductConnection!"), "Query.listProducts", FieldRow{SignedIn: true, Groups: admins(true)}},
		"a group keeps others out": {
			prooftest.SchemaWith(signature, strings.Replace(signature, "pools", `pools(cognito_groups: ["Admins"])`, 1)), "Query.getPhoto", FieldRow{Groups: admins(true)}},
		"another group keeps everybody out": {
			prooftest.SchemaWith(signature, strings.Replace(signature, "pools", `pools(cognito_groups: ["Staff"])`, 1)), "Query.getPhoto", FieldRow{Groups: admins(false)}},
		"without a directive, the API's default counts": {
			prooftest.SchemaWith(signature, strings.Replace(signature, " @aws_cognito_user_pools", "", 1)), "Query.getPhoto", FieldRow{SignedIn: true, Groups: admins(true)}},
	} {
		t.Run(name, func(t *testing.T) {
			matrix := matrixOf(t, prooftest.Read(t, test.edit(t)))
			test.want.Field = test.field
			at := slices.IndexFunc(matrix.Fields, func(row FieldRow) bool { return row.Field == test.field })
			if at < 0 {
				t.Fatalf("got no row for %s", test.field)
			}
			if diff := cmp.Diff(test.want, matrix.Fields[at]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What is printed of the access is what the templates say, in every environment alike.
func TestAccessPages_areWhatTheTemplatesSay(t *testing.T) {
	for file, write := range map[string]func(Matrix, io.Writer) error{
		"docs/ACCESS.md": Matrix.WriteMarkdown, "docs/access.svg": Matrix.WriteSVG,
	} {
		t.Run(file, func(t *testing.T) {
			pages := map[string]string{}
			for _, env := range prooftest.Environments {
				var page strings.Builder
				if err := write(matrixOf(t, prooftest.Shipped(t, env)), &page); err != nil {
					t.Fatal(err)
				}
				pages[env] = page.String()
			}
			if diff := cmp.Diff(pages["prod"], pages["dev"]); diff != "" {
				t.Errorf("the environments differ in who may do what (-prod +dev):\n%s", diff)
			}
			path := filepath.Join("../../..", file)
			if *update {
				if err := os.WriteFile(path, []byte(pages["prod"]), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(got), pages["prod"]); diff != "" {
				t.Errorf("it is not what the templates say; if they are right, run `go test ./internal/proof/report -run AccessPages -update` (-page +templates):\n%s", diff)
			}
		})
	}
}

// The picture has a verb where the table has one, says of what is allowed in a part that it is
// so, and is well-formed whatever an area is called.
func TestWriteSVG_drawsEachCell(t *testing.T) {
	row := AreaRow{Area: "a<b/", CDN: Cell{}, Guest: Cell{"partly get"}, SignedIn: Cell{"get"}, Owner: nil, Groups: cells(Cell{"get", "list", "put", "delete"})}
	var picture strings.Builder
	row.Functions, row.Days = map[access.Principal]Cell{access.Remover: {"list-versions", "erase"}}, 1
	matrix := Matrix{Groups: []access.Principal{access.Admins}, Functions: []access.Principal{access.Remover}, Areas: []AreaRow{row}}
	if err := matrix.WriteSVG(&picture); err != nil {
		t.Fatal(err)
	}
	for part, want := range map[string]int{
		`class="read"`: 3 + 1, `class="write"`: 2 + 1, `class="partly"`: 1, `class="none"`: 4 + 3 + 3 + 4, "a&lt;b/": 3, ">versions<": 1, "stays a day": 1,
	} {
		if got := strings.Count(picture.String(), part); got != want {
			t.Errorf("got %d of %s, want %d", got, part, want)
		}
	}
	if err := xml.Unmarshal([]byte(picture.String()), new(struct{ XMLName xml.Name })); err != nil {
		t.Error(err)
	}
}

// A table that a terminal is too narrow for has cells of several lines, and verbs that stay words.
func TestWriteText_fitsATerminal(t *testing.T) {
	for _, env := range prooftest.Environments {
		var page strings.Builder
		if err := matrixOf(t, prooftest.Shipped(t, env)).WriteText(&page, false); err != nil {
			t.Fatal(err)
		}
		tables, _, _ := strings.Cut(page.String(), "Besides")
		for line := range strings.Lines(tables) {
			table := strings.Contains(line, "/") || strings.Contains(line, "Query.") || strings.HasPrefix(line, "  area")
			if table && !strings.Contains(line, ", ") && len(line) > terminal+1 {
				t.Errorf("got a line of %d: %s", len(line), line)
			}
		}
		if want := "get list\n"; !strings.Contains(tables, want) {
			t.Errorf("got\n%s\nwant %q at the end of a line of it", tables, want)
		}
	}
}

func TestWriteText_isAlignedAndColouredOnRequest(t *testing.T) {
	matrix := Matrix{
		Groups: []access.Principal{access.Admins},
		Areas:  []AreaRow{{Area: "a/{user}/", CDN: Cell{"get"}, Guest: Cell{}, SignedIn: Cell{"partly list"}, Owner: Cell{"get", "put"}, Groups: cells(Cell{"delete"})}},
		Fields: []FieldRow{{Field: "Query.a", SignedIn: true}},
	}
	var plain, coloured strings.Builder
	if err := matrix.WriteText(&plain, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"  area       CDN  guest  signed in    owner    Admins\n" +
			"  a/{user}/  get  -      partly list  get put  delete\n",
		"  field    guests  signed in  Admins\n" +
			"  Query.a  -       yes        -\n",
	} {
		if !strings.Contains(plain.String(), want) {
			t.Errorf("got\n%s\nwant in it\n%s", plain.String(), want)
		}
	}
	if strings.Contains(plain.String(), "\x1b") {
		t.Error("got escape codes, want none")
	}
	if err := matrix.WriteText(&coloured, true); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(coloured.String(), "\x1b[32mget\x1b[0m \x1b[33mput\x1b[0m") {
		t.Errorf("got %q, want colours", coloured.String())
	}
}
