package appsyncjs

import "testing"

// benchCode is a resolver as the API has them: checks, a write with a condition, an error.
const benchCode = imports + `
function signedIn(ctx) {
  if (!ctx.identity || !ctx.identity.sub) { util.error('sign in', 'Unauthorized') }
  return ctx.identity.sub;
}
export function request(ctx) {
  const owner = signedIn(ctx);
  const { id, version, caption } = ctx.args;
  if (caption.length > 2200) { util.error('too long', 'BadRequest') }
  return ddb.update({
    key: { id },
    update: { caption, updatedAt: util.time.nowISO8601(), version: ddb.operations.increment(1) },
    condition: { owner: { eq: owner }, version: { eq: version } },
  });
}
export function response(ctx) {
  if (ctx.error) { util.error('changed meanwhile', 'Conflict') }
  return { ...ctx.result, more: ctx.result.tags.map((tag) => tag.toUpperCase()) };
}`

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if _, err := translate(benchCode); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkResolver is one resolver's work for a field: its request handler and its response handler.
func BenchmarkResolver(b *testing.B) {
	resolver, err := Compile(benchCode)
	if err != nil {
		b.Fatal(err)
	}
	ctx := Context{
		Arguments: map[string]any{"id": "1", "version": 3, "caption": "a picture"},
		Identity:  UserPoolIdentity{Sub: "s", Username: "alice", Claims: map[string]any{"sub": "s"}},
		Env:       map[string]string{"PHOTOS_TABLE": "Photos"},
	}
	answer := map[string]any{"id": "1", "version": 4, "tags": []string{"a", "b"}}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			outcome, err := resolver.Request(ctx)
			if err != nil {
				b.Error(err)
				return
			}
			if _, err := outcome.Operation(); err != nil {
				b.Error(err)
				return
			}
			next := ctx
			next.Stash, next.Result = outcome.Stash, answer
			if _, err := resolver.Response(next); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkNewRealm(b *testing.B) {
	for b.Loop() {
		newRealm()
	}
}
