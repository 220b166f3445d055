package proof

import (
	"maps"
	"runtime"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/sync/errgroup"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
)

// A stage is what the trials of one cast begin from: the tables with the scene in them.
type stage struct {
	trials
	err   error // why there is none
	parts memo[part]
}

// A part is what the trials of one field came to.
type part struct {
	all      []Violation
	messages []message
	said     map[string]string
	log      callLog
	err      error
	of       digest // what it was given
}

// stage sets the scene for the cast with a number.
func (r *records) stage(a system.API, number int) (*stage, error) {
	a = staged(a, resolversOf(a, sceneFields...)...)
	given, err := digestOf(a, number)
	if err != nil {
		return nil, err
	}
	s := r.stages.of(given, func() *stage { return r.setScene(a, number) })
	return s, nil
}

func (r *records) setScene(a system.API, number int) *stage {
	s := &stage{parts: memo[part]{most: 128}}
	w, err := newSimulation(a, r)
	if err != nil {
		s.err = err
		return s
	}
	c := casts()[number]
	c.provider = w.env["USER_POOL_PROVIDER"]
	s.trials = trials{simulation: w, api: a, cast: c, people: c.people(), varies: number == 0}
	if s.err = s.scene(); s.err != nil {
		return s
	}
	s.scenery, s.plain = s.stored, s.replacer()
	s.before, s.err = s.table()
	return s
}

// run tries all fields, on the processors there are: subscriptions at last, which hear what mutations
// did.
func (s *stage) run(a system.API, schema *ast.Schema, fields []access.Field, r *records) (part, error) {
	sum := part{said: map[string]string{}}
	sum.log.add(s.log)
	if s.err != nil {
		cannot := findings{rule: "resolvers"}
		cannot.closes(a.At, "the trials cannot begin: %v", s.err)
		sum.all = cannot.all
		return sum, nil
	}
	parts := map[string]part{}
	subscriptions := func(f access.Field) bool { return f.Type == "Subscription" }
	for _, some := range [][]access.Field{
		slices.DeleteFunc(slices.Clone(fields), subscriptions),
		slices.DeleteFunc(slices.Clone(fields), func(f access.Field) bool { return !subscriptions(f) }),
	} {
		done, err := s.each(a, schema, some, parts, r)
		if err != nil {
			return part{}, err
		}
		for i, one := range done {
			sum.all = append(sum.all, one.all...)
			sum.log.add(one.log)
			maps.Copy(sum.said, one.said)
			parts[some[i].Path()] = one
		}
	}
	return sum, nil
}

// each tries fields, each on tables of its own.
func (s *stage) each(a system.API, schema *ast.Schema, fields []access.Field, before map[string]part, r *records) ([]part, error) {
	parts := make([]part, len(fields))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, field := range fields {
		var heard []part
		for _, mutation := range field.Hears {
			if one, tried := before["Mutation."+mutation]; tried {
				heard = append(heard, one)
			}
		}
		group.Go(func() (err error) {
			parts[i], err = s.part(a, schema, field, heard, r)
			return err
		})
	}
	return parts, group.Wait()
}

// part tries a field, which hears what others came to.
func (s *stage) part(a system.API, schema *ast.Schema, field access.Field, heard []part, r *records) (part, error) {
	few := staged(a, resolversOf(a, field.Path())...)
	few.Schema = a.Schema
	var others []digest
	for _, one := range heard {
		others = append(others, one.of)
	}
	given, err := digestOf(few, field, others)
	if err != nil {
		return part{}, err
	}
	done := s.parts.of(given, func() part {
		t := s.trials
		t.findings, t.api, t.schema = findings{rule: "resolvers"}, few, schema
		t.said, t.same = map[string]string{}, map[string]reply{}
		for _, one := range heard {
			t.messages = append(t.messages, one.messages...)
		}
		before := len(t.messages)
		var err error
		if t.simulation, err = s.of(few, r); err == nil {
			if err = t.restore(); err == nil {
				err = t.field(field)
			}
		}
		return part{t.all, t.messages[before:], t.said, t.log, err, given}
	})
	return done, done.err
}
