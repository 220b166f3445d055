// The field's own code of every pipeline: its steps do the work.

export function request() {
  return {};
}

export function response(ctx) {
  return ctx.prev.result;
}
